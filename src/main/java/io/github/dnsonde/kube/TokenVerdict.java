package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** The API server's verdict about a token (Kubernetes API reference, TokenReview). */
public sealed interface TokenVerdict {

  /**
   * The token is valid.
   *
   * @param user such as {@code system:serviceaccount:dnsonde:dnsonde}
   * @param node the node that the token is bound to; empty on servers that do not report it
   * @param pod the name of the pod that the token is bound to
   */
  record Valid(String user, Optional<String> node, Optional<String> pod) implements TokenVerdict {
    public Valid {
      requireNonNull(user, "user is null");
      requireNonNull(node, "node is null");
      requireNonNull(pod, "pod is null");
    }
  }

  /** The token is not valid, or not for the audience. */
  record Rejected(String why) implements TokenVerdict {
    public Rejected {
      requireNonNull(why, "why is null");
    }
  }
}
