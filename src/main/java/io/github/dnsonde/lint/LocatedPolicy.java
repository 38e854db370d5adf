package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.NetworkPolicy;

/**
 * A policy, and where it stands.
 *
 * @param policy in the namespace that it is judged in
 */
record LocatedPolicy(NetworkPolicy policy, Document document) {}
