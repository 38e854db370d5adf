package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The comparison with a live cluster.
 *
 * @param dnsNamespace the namespace of its DNS; found if empty
 * @param prune whether policies that the input no longer has are removed
 * @param pruneSelector the labels of those; if empty, those that the same tool has applied
 */
public record Against(
    LiveCluster cluster,
    Optional<String> dnsNamespace,
    boolean prune,
    Optional<String> pruneSelector) {

  public Against {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(dnsNamespace, "dnsNamespace is null");
    requireNonNull(pruneSelector, "pruneSelector is null");
  }
}
