package io.github.dnsonde.testkit;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupOutcome.Step;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lookups of {@code example.com} with the search list of a pod, and outcomes of them. */
public final class SampleLookups {

  private static final Duration TOOK = Duration.ofMillis(20);

  private SampleLookups() {}

  /** A lookup from this vantage. */
  public static Lookup lookup(Vantage vantage, ResolverKind kind) {
    return new Lookup(
        vantage,
        "example.com",
        kind,
        List.of(kubeDns()),
        ResolverSettings.of(
            List.of(kubeDns().address()),
            Stream.of(vantage.namespace() + ".svc.cluster.local", "svc.cluster.local"),
            Stream.of("ndots:5")),
        List.of());
  }

  private static Server kubeDns() {
    return SampleOutcomes.KUBE_DNS;
  }

  /** An outcome after two search domains and the name itself: six queries. */
  public static LookupOutcome outcome(Lookup lookup, Instant at, Result result) {
    List<Step> steps = new ArrayList<>();
    List<String> names =
        Stream.concat(
                lookup.settings().search().stream()
                    .map(domain -> lookup.name() + "." + domain + "."),
                Stream.of(lookup.name() + "."))
            .toList();
    for (String name : names) {
      for (RecordType type : List.of(RecordType.A, RecordType.AAAA)) {
        steps.add(step(lookup, at, name, type));
      }
    }
    return new LookupOutcome(lookup, at, Optional.of(TOOK), steps, result);
  }

  private static Step step(Lookup lookup, Instant at, String name, RecordType type) {
    Probe probe =
        new Probe(
            lookup.vantage(),
            lookup.servers().getFirst(),
            new Question(name, type, Transport.UDP, Scope.of(name), Expectation.ANY_RECORD),
            true);
    String address = type == RecordType.A ? "192.0.2.80" : "2001:db8::80";
    Reply reply =
        name.equals(lookup.name() + ".")
            ? new Reply.Answered(0, false, List.of(new Answer(name, type.name(), address)), 60)
            : new Reply.Answered(3, false, List.of(), 60);
    return step(probe, at, reply);
  }

  /** The step that repeats a query over this transport, and its reply. */
  public static Step step(Probe query, Transport transport, Reply reply) {
    Question question = query.question();
    Question repeated =
        new Question(
            question.name(), question.type(), transport, question.scope(), question.expected());
    return step(
        new Probe(query.vantage(), query.server(), repeated, query.inUse()), Instant.EPOCH, reply);
  }

  private static Step step(Probe probe, Instant at, Reply reply) {
    return new Step(
        Duration.ZERO,
        probe,
        Optional.of(
            Outcome.judged(
                probe, at, Optional.of(TOOK), Optional.empty(), Ignored.NONE, reply, TOOK)));
  }
}
