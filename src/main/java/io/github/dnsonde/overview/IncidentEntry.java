package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * One line of a timeline.
 *
 * @param namespaces the namespaces that it concerns
 * @param text the line for people, one sentence or more
 */
public record IncidentEntry(Instant at, Kind kind, List<String> namespaces, String text) {

  public IncidentEntry {
    requireNonNull(at, "at is null");
    requireNonNull(kind, "kind is null");
    namespaces = List.copyOf(namespaces);
    requireNonNull(text, "text is null");
  }

  /** The kinds of lines, in the order of lines of the same moment. */
  public enum Kind {
    /** A policy was applied, changed or removed. */
    POLICY,
    /** The first query failed. */
    FAILURE,
    /** The cause was found. */
    FINDING,
    /** More nodes are affected, or the explanation changed. */
    SPREAD,
    /** The failures ended. */
    RECOVERY,
    /** The failures have not ended. */
    LASTING;

    /** The word in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
