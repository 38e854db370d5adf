package io.github.dnsonde.plan;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.FoundNetwork;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The network namespaces that are at hand, beside how fresh the view of the pods is that they are
 * matched to.
 *
 * @param found each namespace once
 * @param nanos the time of this survey, in the ticker's nanoseconds
 * @param now the same as a time of day
 * @param podsCurrent when the view of the node's pods last held all that the API server knew, in
 *     the ticker's nanoseconds; empty when it never did
 */
public record NetworkSurvey(
    List<FoundNetwork> found, long nanos, Instant now, OptionalLong podsCurrent) {

  /** Nothing was looked for. */
  public static final NetworkSurvey NONE =
      new NetworkSurvey(List.of(), 0, Instant.EPOCH, OptionalLong.empty());

  public NetworkSurvey {
    found = List.copyOf(found);
    requireNonNull(now, "now is null");
    requireNonNull(podsCurrent, "podsCurrent is null");
  }
}
