package io.github.dnsonde.log;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Logs the explanations of failing queries: one line when a finding begins and one when it ends.
 * After a line about a finding, the next one about it is written a minute later at the earliest,
 * since others can make a finding come and go at will. That line reports the state at its time. For
 * one thread.
 */
public final class FindingLog implements Consumer<List<Finding>> {

  /**
   * Limit for the pods in the line about the end of a finding. The pods of one moment may exceed
   * it.
   */
  private static final int MOST_PODS = 50;

  private final Log log = Log.named("finding");
  private final Ticker ticker;
  private final Map<Finding.Identity, Topic> topics = new LinkedHashMap<>();

  /** Creates a log that measures durations and minutes with this ticker. */
  public FindingLog(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * A finding that was reported.
   *
   * @param reached everything that it has concerned so far
   * @param first the time when it was first reported, by the ticker
   * @param last the time when it was last reported
   */
  private record Seen(Finding latest, Finding.Subject reached, long first, long last) {

    Seen then(Finding next, long now) {
      return new Seen(
          next,
          reached.pods().size() < MOST_PODS ? reached.and(next.subject()) : reached,
          first,
          now);
    }

    Duration lasted() {
      return Duration.ofNanos(last - first);
    }
  }

  /** One finding: its present state, and the state that was logged. */
  private final class Topic {
    private final LineLimit limit = new LineLimit(ticker);
    private Optional<Seen> seen = Optional.empty();
    private boolean present;
    private boolean logged;

    void update(Optional<Finding> found, long now) {
      present = found.isPresent();
      found.ifPresent(
          finding ->
              seen =
                  Optional.of(
                      seen.map(before -> before.then(finding, now))
                          .orElseGet(() -> new Seen(finding, finding.subject(), now, now))));
    }

    void writeEnd() {
      if (logged && !present && limit.open()) {
        limit.write();
        logged = false;
        seen.ifPresent(FindingLog.this::over);
      }
      if (!logged && !present) {
        seen = Optional.empty();
      }
    }

    void writeBeginning() {
      if (!logged && present && limit.open()) {
        limit.write();
        logged = true;
        seen.map(Seen::latest).ifPresent(FindingLog.this::begun);
      }
    }

    boolean isOver() {
      return seen.isEmpty() && limit.open();
    }
  }

  /** Takes the present findings: at most one of each identity. */
  @Override
  public void accept(List<Finding> found) {
    long now = ticker.nanos();
    Map<Finding.Identity, Finding> present = new LinkedHashMap<>();
    found.forEach(finding -> present.put(finding.identity(), finding));
    present.keySet().forEach(identity -> topics.computeIfAbsent(identity, _ -> new Topic()));
    topics.forEach(
        (identity, topic) -> topic.update(Optional.ofNullable(present.get(identity)), now));
    topics.values().forEach(Topic::writeEnd);
    topics.values().forEach(Topic::writeBeginning);
    topics.values().removeIf(Topic::isOver);
  }

  private void begun(Finding finding) {
    Event event =
        described(finding.sentence(), finding, finding.subject())
            .with("confidence", finding.confidence().label())
            .with("evidence", String.join(" ", finding.evidence()));
    if (finding.code().hurts()) {
      log.warn(event);
    } else {
      log.info(event);
    }
  }

  private void over(Seen finding) {
    log.info(
        described("ended: " + finding.latest().sentence(), finding.latest(), finding.reached())
            .with("lasted", finding.lasted()));
  }

  private static Event described(String message, Finding finding, Finding.Subject subject) {
    Event event = Event.of(message).with("code", finding.code().label());
    return (finding.owners().isEmpty()
            ? event
            : event.with("owner", String.join(" ", finding.owners())))
        .with("source_namespace", String.join(" ", subject.namespaces()))
        .with("pod", String.join(" ", subject.pods()))
        .with("server", String.join(" ", subject.servers()))
        .with(
            "transport",
            subject.transports().stream()
                .map(transport -> transport.label())
                .collect(Collectors.joining(" ")))
        .with("policies", String.join(" ", finding.policies()))
        .with("since", Line.time(finding.since()));
  }
}
