package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import java.time.Duration;
import java.time.Instant;

/**
 * A policy that no longer exists.
 *
 * @param at the time at which its absence was noticed
 */
record PolicyDeletion(NetworkPolicy policy, Instant at) {

  /** Returns the same, after the wall clock was set by this much. */
  PolicyDeletion clockSet(Duration by) {
    return new PolicyDeletion(policy, at.plus(by));
  }

  boolean isOfNamespace(NetworkPolicy other) {
    return policy.namespace().equals(other.namespace());
  }
}
