package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import java.util.Optional;

/** The known part of a NetworkPolicy: all of it, or only the pods that it selects. */
sealed interface KnownPolicy {

  /** The declaration in its annotations. */
  Optional<Declaration> declaration();

  /** A policy that is fully known. */
  record Judged(NetworkPolicy policy, Optional<Declaration> declaration) implements KnownPolicy {
    public Judged {
      requireNonNull(policy, "policy is null");
      requireNonNull(declaration, "declaration is null");
    }
  }

  /** A policy whose rules are not known. */
  record Unjudged(InvalidPolicy policy, Optional<Declaration> declaration) implements KnownPolicy {
    public Unjudged {
      requireNonNull(policy, "policy is null");
      requireNonNull(declaration, "declaration is null");
    }
  }
}
