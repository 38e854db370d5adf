package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.report.PathState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A namespace over up to 30 days, in equal steps. The lists have one item for each step, or none if
 * nothing could be read.
 *
 * @param from the begin of the first step
 * @param states the worst state in each step; empty where nothing is known
 * @param p50 the median time of an answer in each step, in seconds; empty where nothing is known
 * @param p99 the time that one of a hundred answers exceeded, likewise
 * @param problems sentences about what could not be read
 */
public record Trend(
    String namespace,
    Instant from,
    Duration step,
    List<Optional<PathState>> states,
    List<OptionalDouble> p50,
    List<OptionalDouble> p99,
    List<String> problems) {

  /** The longest time to look back, in days. */
  public static final int DAYS = 30;

  public Trend {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(from, "from is null");
    states = List.copyOf(states);
    p50 = List.copyOf(p50);
    p99 = List.copyOf(p99);
    problems = List.copyOf(problems);
    if (!step.isPositive()) {
      throw new IllegalArgumentException("a step of " + step);
    }
  }

  /** A trend of which nothing can be read, and why. */
  public static Trend unknown(String namespace, int days, String why) {
    return new Trend(
        namespace,
        Instant.now().minus(Duration.ofDays(days)),
        Duration.ofDays(days),
        List.of(),
        List.of(),
        List.of(),
        List.of(why));
  }
}
