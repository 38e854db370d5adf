package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * A pod that cannot be probed from.
 *
 * @param cause the reason, a word such as {@code host_network}
 */
public record UnprobedRow(String node, String namespace, String pod, String cause) {

  static final Comparator<UnprobedRow> BY_CAUSE =
      Comparator.comparing(UnprobedRow::cause)
          .thenComparing(UnprobedRow::namespace)
          .thenComparing(UnprobedRow::node)
          .thenComparing(UnprobedRow::pod);

  public UnprobedRow {
    requireNonNull(node, "node is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(cause, "cause is null");
  }
}
