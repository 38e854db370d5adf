package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A namespace with pods on nodes where no query is sent from them.
 *
 * @param cause the reason, such as {@code no_network} or {@code no_agent}
 * @param nodes the names of those nodes, sorted
 */
public record BlindRow(String namespace, String cause, List<String> nodes) {

  /** The cause of a namespace whose pods run where no agent runs. */
  public static final String NO_AGENT = "no_agent";

  public BlindRow {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(cause, "cause is null");
    nodes = List.copyOf(nodes);
  }
}
