package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.report.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The latest report about one node.
 *
 * @param received the time when it arrived, by the reader's clock
 * @param zone the node's failure domain, {@code topology.kubernetes.io/zone}
 */
public record NodeInput(Report report, Instant received, Optional<String> zone) {

  /** Reports come every ten seconds: three are missing. */
  public static final Duration SILENCE = Duration.ofSeconds(30);

  public NodeInput {
    requireNonNull(report, "report is null");
    requireNonNull(received, "received is null");
    requireNonNull(zone, "zone is null");
  }

  public String node() {
    return report.node();
  }

  /** Returns true if the agent has been silent for so long that its report says little. */
  public boolean isSilent(Instant now) {
    return Duration.between(received, now).compareTo(SILENCE) > 0;
  }
}
