package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

/**
 * The cost of an agent.
 *
 * @param offNode its queries to servers that are not on its node
 * @param onNode its queries to the DNS cache of its node
 * @param series the series on its metrics page
 * @param processors the processor time that it takes, in seconds per second
 */
public record Usage(Rate offNode, Rate onNode, long series, double processors) {

  /** An agent that costs nothing. */
  public static final Usage NONE = new Usage(Rate.NONE, Rate.NONE, 0, 0);

  public Usage {
    requireNonNull(offNode, "offNode is null");
    requireNonNull(onNode, "onNode is null");
    Limits.amount("series", (double) series);
    Limits.amount("processors", processors);
  }

  /** Returns the sum of two. */
  public Usage and(Usage other) {
    return new Usage(
        offNode.and(other.offNode),
        onNode.and(other.onNode),
        series + other.series,
        processors + other.processors);
  }

  /**
   * Queries per second.
   *
   * @param wanted the number that the probes of the plan need at the full period
   * @param used the number that is sent, by probes and all other checks
   */
  public record Rate(double wanted, double used) {

    /** No queries. */
    public static final Rate NONE = new Rate(0, 0);

    public Rate {
      Limits.amount("wanted", wanted);
      Limits.amount("used", used);
    }

    private Rate and(Rate other) {
      return new Rate(wanted + other.wanted, used + other.used);
    }
  }
}
