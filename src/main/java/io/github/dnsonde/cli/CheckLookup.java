package io.github.dnsonde.cli;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.lookup.LookupRun;
import io.github.dnsonde.plan.PodResolvConf;
import io.github.dnsonde.plan.Servers;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupOutcome.Step;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One lookup, step by step, from a place. */
record CheckLookup(Lookup lookup) {

  private static final List<String> HEADER =
      List.of("AFTER", "NAME", "TYPE", "TRANSPORT", "SERVER", "RESULT", "TIME");

  /**
   * Creates a lookup with the settings of the resolver at a place.
   *
   * @param asked the servers to query instead of those in the settings; may be empty
   * @throws IOException if the settings are not known, or name no server; the message says why
   */
  static CheckLookup of(String name, ResolverKind kind, CheckVantage from, List<Server> asked)
      throws IOException {
    return switch (from.resolvConf()) {
      case PodResolvConf.Known(ResolverSettings settings, List<String> unknown) -> {
        List<Server> servers =
            asked.isEmpty() ? Servers.ofLookups(settings, from.servers()) : asked;
        if (servers.isEmpty()) {
          throw new IOException(
              "resolv.conf names no server to look up with; specify one with --server");
        }
        yield new CheckLookup(new Lookup(from.vantage(), name, kind, servers, settings, unknown));
      }
      case PodResolvConf.Unknown(String why) ->
          throw new IOException(
              "the resolv.conf of "
                  + from.vantage().namespacedPod()
                  + " is not known: "
                  + why
                  + ". To query its servers without a search list, use --name");
    };
  }

  /** Performs it. */
  LookupOutcome run(CheckVantage from) throws IOException {
    List<LookupOutcome> ended = new ArrayList<>();
    from.probe(
        sockets -> {
          try (Exchange exchange = new DnsExchange(sockets, Ticker.SYSTEM, _ -> {})) {
            LookupRun run =
                new LookupRun(
                    lookup,
                    0,
                    exchange,
                    Ticker.SYSTEM,
                    _ -> {},
                    ended::add,
                    LookupRun.Pairs.IGNORED);
            run.start();
            while (!run.isOver()) {
              long left = run.wakeAt() - Ticker.SYSTEM.nanos();
              exchange.await(Duration.ofNanos(Math.max(0, left)));
              run.wake();
            }
          }
        });
    return ended.getFirst();
  }

  /** The outcome as lines for people: the settings, each query, and the result. */
  static List<String> lines(LookupOutcome outcome) {
    Lookup lookup = outcome.lookup();
    List<List<String>> rows =
        Stream.concat(Stream.of(HEADER), outcome.steps().stream().map(CheckLookup::cells)).toList();
    Columns columns = new Columns(rows);
    List<String> lines = new ArrayList<>();
    lines.add("resolv.conf: " + lookup.settings().words());
    lookup.unknown().forEach(each -> lines.add("not visible: " + each));
    lines.add("");
    rows.forEach(row -> lines.add(columns.line(row)));
    lines.add("");
    lines.add(conclusion(outcome));
    return lines;
  }

  private static List<String> cells(Step step) {
    Probe probe = step.probe();
    return List.of(
        OutcomeTable.millis(step.after()),
        probe.question().name(),
        probe.question().type().name(),
        probe.question().transport().label(),
        probe.server().name(),
        step.result(),
        step.outcome().flatMap(Outcome::duration).map(OutcomeTable::millis).orElse("-"));
  }

  private static String conclusion(LookupOutcome outcome) {
    String cost =
        " after "
            + outcome.steps().size()
            + " queries"
            + outcome.duration().map(took -> " and " + OutcomeTable.millis(took)).orElse("")
            + ", as "
            + outcome.lookup().kind().label()
            + " looks it up";
    return switch (outcome.result()) {
      case Result.Found(String name) -> "found " + name + cost;
      case Result.Failed(Reason reason, int step) ->
          "failed with " + reason.label() + (step > 0 ? " of query " + step : "") + cost;
      case Result.Untested(var cause) -> "untested: " + cause.label();
    };
  }
}
