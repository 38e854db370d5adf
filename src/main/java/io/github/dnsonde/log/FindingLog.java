package io.github.dnsonde.log;

import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Tells in the log why questions fail: one line when a finding begins, one when it ends, none while
 * it only goes on. Belongs to one thread.
 */
public final class FindingLog implements Consumer<List<Finding>> {

  private final Log log = Log.named("finding");
  private final Ticker ticker;
  private Map<Finding.Identity, Reported> reported = new LinkedHashMap<>();

  /**
   * A finding that has begun.
   *
   * @param reached all that it concerned at one time or another
   */
  private record Reported(Finding latest, Finding.Subject reached) {

    Reported then(Finding next) {
      return new Reported(next, reached.and(next.subject()));
    }
  }

  /** Measures how long a finding lasted with this ticker. */
  public FindingLog(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Takes what is found at present: of each identity one finding. */
  @Override
  public void accept(List<Finding> found) {
    Map<Finding.Identity, Reported> next = new LinkedHashMap<>();
    found.forEach(finding -> next.put(finding.identity(), continued(finding)));
    reported.forEach(
        (identity, old) -> {
          if (!next.containsKey(identity)) {
            over(old);
          }
        });
    found.stream()
        .filter(finding -> !reported.containsKey(finding.identity()))
        .forEach(this::begun);
    reported = next;
  }

  private Reported continued(Finding finding) {
    Reported before = reported.get(finding.identity());
    return before == null ? new Reported(finding, finding.subject()) : before.then(finding);
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

  private void over(Reported finding) {
    log.info(
        described("over: " + finding.latest().sentence(), finding.latest(), finding.reached())
            .with("lasted", Duration.between(finding.latest().since(), ticker.now())));
  }

  private static Event described(String message, Finding finding, Finding.Subject subject) {
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
