package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A node, and whether its agent is heard from.
 *
 * @param reported the time of the latest report; empty if there is none
 * @param version the agent's version; empty if it is unknown
 * @param vantages the number of its vantages
 * @param failing the number of its paths in use that fail
 */
public record NodeRow(
    String node,
    Optional<String> zone,
    Presence presence,
    Optional<Instant> reported,
    Optional<String> version,
    int vantages,
    int failing) {

  public NodeRow {
    requireNonNull(node, "node is null");
    requireNonNull(zone, "zone is null");
    requireNonNull(presence, "presence is null");
    requireNonNull(reported, "reported is null");
    requireNonNull(version, "version is null");
  }

  /** The states of a node's agent. */
  public enum Presence {
    /** Its reports arrive. */
    REPORTING,
    /** Its latest report is old. */
    SILENT,
    /** None runs there. */
    NO_AGENT;

    /** The word in JSON and tables. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
