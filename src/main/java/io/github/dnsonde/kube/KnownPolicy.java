package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;

/** The known part of a NetworkPolicy: all of it, or only the pods that it selects. */
sealed interface KnownPolicy {

  /** A policy that is fully known. */
  record Judged(NetworkPolicy policy) implements KnownPolicy {
    public Judged {
      requireNonNull(policy, "policy is null");
    }
  }

  /** A policy whose rules are not known. */
  record Unjudged(InvalidPolicy policy) implements KnownPolicy {
    public Unjudged {
      requireNonNull(policy, "policy is null");
    }
  }
}
