package io.github.dnsonde.log;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes to the log why questions fail: one line when a finding begins, one when it ends, none
 * while it only goes on. A topic that was written about less than a minute ago waits for its
 * minute, since a finding may come and go as often as somebody likes: then the log says what has
 * become of it by that time. Belongs to one thread.
 */
public final class FindingLog implements Consumer<List<Finding>> {

  private final Log log = Log.named("finding");
  private final Ticker ticker;
  private final Map<Topic, LineLimit> limits = new HashMap<>();
  private List<Seen> present = List.of();
  private List<Seen> logged = List.of();

  /** Measures how long a finding lasted, and minutes, with this ticker. */
  public FindingLog(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * The findings that share the limit.
   *
   * @param namespace empty if they concern several
   */
  private record Topic(Finding.Code code, String namespace) {}

  /** A finding, and when it was seen first and last, by the ticker. */
  private record Seen(Finding finding, long first, long last) {

    Topic topic() {
      List<String> namespaces = finding.subject().namespaces();
      return new Topic(finding.code(), namespaces.size() == 1 ? namespaces.getFirst() : "");
    }

    Optional<Seen> in(List<Seen> others) {
      return others.stream().filter(each -> each.finding.continues(finding)).findFirst();
    }
  }

  /** Takes what is found at present. */
  @Override
  public void accept(List<Finding> found) {
    long now = ticker.nanos();
    List<Seen> known = Stream.concat(present.stream(), logged.stream()).toList();
    present = found.stream().map(finding -> seen(new Seen(finding, now, now), known)).toList();
    logged = logged.stream().map(old -> old.in(present).orElse(old)).toList();
    List<Seen> over = logged.stream().filter(old -> old.in(present).isEmpty()).toList();
    List<Seen> begun = present.stream().filter(each -> each.in(logged).isEmpty()).toList();
    Set<Topic> due =
        Stream.concat(over.stream(), begun.stream())
            .map(Seen::topic)
            .filter(topic -> limit(topic).open())
            .collect(toSet());
    over.stream().filter(each -> due.contains(each.topic())).forEach(this::over);
    begun.stream().filter(each -> due.contains(each.topic())).forEach(each -> begun(each.finding));
    written(due);
  }

  private static Seen seen(Seen now, List<Seen> known) {
    return now.in(known).map(old -> new Seen(now.finding, old.first, now.last)).orElse(now);
  }

  private LineLimit limit(Topic topic) {
    return limits.computeIfAbsent(topic, _ -> new LineLimit(ticker));
  }

  private void written(Set<Topic> topics) {
    topics.forEach(topic -> limit(topic).write());
    logged =
        Stream.concat(
                logged.stream().filter(old -> !topics.contains(old.topic())),
                present.stream().filter(each -> topics.contains(each.topic())))
            .toList();
    limits.values().removeIf(LineLimit::open); // those of a minute ago
  }

  private void begun(Finding finding) {
    Event event =
        described(finding.sentence(), finding)
            .with("confidence", finding.confidence().label())
            .with("evidence", String.join(" ", finding.evidence()));
    if (finding.code().hurts()) {
      log.warn(event);
    } else {
      log.info(event);
    }
  }

  private void over(Seen seen) {
    log.info(
        described("over: " + seen.finding.sentence(), seen.finding)
            .with("lasted", Duration.ofNanos(seen.last - seen.first)));
  }

  private static Event described(String message, Finding finding) {
    Finding.Subject subject = finding.subject();
    return Event.of(message)
        .with("code", finding.code().label())
        .with("source_namespace", String.join(" ", subject.namespaces()))
        .with("pod", String.join(" ", subject.pods()))
        .with("server", String.join(" ", subject.servers()))
        .with(
            "transport",
            subject.transports().stream()
                .map(each -> each.label())
                .collect(Collectors.joining(" ")))
        .with("policies", String.join(" ", finding.policies()))
        .with("since", Line.time(finding.since()));
  }
}
