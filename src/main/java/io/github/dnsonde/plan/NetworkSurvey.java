package io.github.dnsonde.plan;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.FoundNetwork;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The known network namespaces, together with the age of the view of the pods that they are matched
 * to.
 *
 * @param found each namespace once
 * @param nanos the time of this survey, in the ticker's nanoseconds
 * @param now the same as a time of day
 * @param podsCurrent the time when the view of the node's pods was last complete, in the ticker's
 *     nanoseconds; empty if it never was
 */
public record NetworkSurvey(
    List<FoundNetwork> found, long nanos, Instant now, OptionalLong podsCurrent) {

  /** A survey that found nothing. */
  public static final NetworkSurvey NONE =
      new NetworkSurvey(List.of(), 0, Instant.EPOCH, OptionalLong.empty());

  public NetworkSurvey {
    found = List.copyOf(found);
    requireNonNull(now, "now is null");
    requireNonNull(podsCurrent, "podsCurrent is null");
  }
}
