package io.github.dnsonde.log;

import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Tells in the log why questions fail: one line when a finding begins, one when it ends, none while
 * it only goes on. Belongs to one thread.
 */
public final class FindingLog implements Consumer<List<Finding>> {

  private final Log log = Log.named("finding");
  private final Ticker ticker;
  private List<Finding> told = List.of();

  /** Measures how long a finding lasted with this ticker. */
  public FindingLog(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Takes what is found at present. */
  @Override
  public void accept(List<Finding> found) {
    told.stream().filter(old -> found.stream().noneMatch(old::continues)).forEach(this::over);
    found.stream().filter(each -> told.stream().noneMatch(each::continues)).forEach(this::begun);
    told = new ArrayList<>(found);
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

  private void over(Finding finding) {
    log.info(
        described("over: " + finding.sentence(), finding)
            .with("lasted", Duration.between(finding.since(), ticker.now())));
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
