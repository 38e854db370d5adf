package io.github.dnsonde.agent;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.NetworkChoice.Contested;
import io.github.dnsonde.probe.PodAddress;
import io.github.dnsonde.probe.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reports addresses that several network namespaces claim. Anyone who may administer a pod's
 * network can begin and end such a contest at will. Therefore there is one line a minute at most,
 * and one in ten minutes about the same pod. For one thread.
 */
final class ContestLog {

  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final Log log;
  private final Ticker ticker;
  private final LineLimit lines;
  private final Map<PodAddress, Long> reported = new HashMap<>();

  ContestLog(Log log, Ticker ticker) {
    this.log = log;
    this.ticker = ticker;
    this.lines = new LineLimit(ticker);
  }

  /** Reports new contests. */
  void look(Map<PodAddress, NetworkChoice> choices) {
    long now = ticker.nanos();
    reported.keySet().retainAll(choices.keySet());
    reported.values().removeIf(at -> now - at >= AGAIN.toNanos());
    choices.forEach(
        (place, choice) -> {
          if (choice instanceof Contested contested
              && contested.lasting()
              && reported.putIfAbsent(place, now) == null) {
            report(place, contested.claimants());
          }
        });
  }

  private void report(PodAddress place, List<Path> claimants) {
    lines.event();
    long count = lines.take();
    if (count > 0) {
      log.warn(
          Event.of(
                  "several network namespaces claim the address of a pod; its probes are untested"
                      + " until only one of them is left")
              .with("source_namespace", place.namespace())
              .with("pod", place.pod())
              .with("address", Addresses.text(place.address()))
              .with("files", claimants.stream().map(Path::toString).collect(joining(" ")))
              .with("count", count));
    }
  }
}
