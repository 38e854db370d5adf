package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.NetworkPolicy;
import java.time.Instant;

/**
 * A policy that is no longer there.
 *
 * @param at when it was missed
 */
record Removal(NetworkPolicy policy, Instant at) {

  boolean isOfNamespace(NetworkPolicy other) {
    return policy.namespace().equals(other.namespace());
  }
}
