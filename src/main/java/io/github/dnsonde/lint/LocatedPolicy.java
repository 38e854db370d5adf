package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.NetworkPolicy;

/**
 * A policy and its location.
 *
 * @param policy the policy in the namespace in which it is checked
 */
record LocatedPolicy(NetworkPolicy policy, Document document) {}
