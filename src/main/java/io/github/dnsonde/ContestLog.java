package io.github.dnsonde;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Addresses;
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
 * Reports addresses that several network namespaces claim. Whoever may administer a pod's network
 * can begin and end such a contest at will: so each address is reported at most every ten minutes,
 * and all of them together fill at most a few lines a minute. Belongs to one thread.
 */
final class ContestLog {

  private static final Duration AGAIN = Duration.ofMinutes(10);
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST_LINES = 8;

  private final Log log;
  private final Ticker ticker;
  private final Map<PodAddress, Long> reported = new HashMap<>();
  private long window;
  private int lines;

  ContestLog(Log log, Ticker ticker) {
    this.log = log;
    this.ticker = ticker;
    this.window = ticker.nanos();
  }

  /** Reports what began since. */
  void look(Map<PodAddress, NetworkChoice> choices) {
    long now = ticker.nanos();
    reported.values().removeIf(at -> now - at >= AGAIN.toNanos());
    if (now - window >= WINDOW.toNanos()) {
      window = now;
      lines = 0;
    }
    choices.forEach(
        (place, choice) -> {
          if (choice instanceof Contested contested && contested.lasting()) {
            report(place, contested.claimants(), now);
          }
        });
  }

  private void report(PodAddress place, List<Path> claimants, long now) {
    if (lines < MOST_LINES && reported.putIfAbsent(place, now) == null) {
      lines++;
      log.warn(
          Event.of(
                  "several network namespaces claim the address of a pod; its probes are untested"
                      + " until only one of them is left")
              .with("source_namespace", place.namespace())
              .with("pod", place.pod())
              .with("address", Addresses.text(place.address()))
              .with("files", claimants.stream().map(Path::toString).collect(joining(" "))));
    }
  }
}
