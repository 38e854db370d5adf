package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;

/** What is known of a NetworkPolicy: all of it, or for whom it holds. */
sealed interface KnownPolicy {

  /** All of it. */
  record Judged(NetworkPolicy policy) implements KnownPolicy {
    public Judged {
      requireNonNull(policy, "policy is null");
    }
  }

  /** Not its rules. */
  record Unjudged(InvalidPolicy policy) implements KnownPolicy {
    public Unjudged {
      requireNonNull(policy, "policy is null");
    }
  }
}
