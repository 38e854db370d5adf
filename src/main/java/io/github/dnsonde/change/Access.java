package io.github.dnsonde.change;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.policy.PathVerdict;
import java.util.Locale;
import java.util.stream.Stream;

/** The access of a pod to a DNS server, as policies decide it; the best first. */
public enum Access {
  ALLOWED,
  /** Most engines would allow it, or a policy of another kind may deny it. */
  PROBABLY_ALLOWED,
  UNKNOWN,
  /** Most engines would deny it, or a policy of another kind may allow it. */
  PROBABLY_DENIED,
  DENIED;

  static Access of(PathVerdict verdict) {
    return switch (verdict.decision()) {
      case ALLOW -> ALLOWED;
      case DENY -> DENIED;
      case UNKNOWN ->
          verdict
              .likely()
              .map(likely -> likely == Decision.ALLOW ? PROBABLY_ALLOWED : PROBABLY_DENIED)
              .orElse(UNKNOWN);
    };
  }

  /** Returns true if queries do not pass, or probably do not. */
  public boolean isDenied() {
    return this == DENIED || this == PROBABLY_DENIED;
  }

  boolean isAllowed() {
    return this == ALLOWED || this == PROBABLY_ALLOWED;
  }

  static Access best(Stream<Access> some) {
    return some.min(Access::compareTo).orElse(DENIED);
  }

  /** The words in outputs: {@code probably denied}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
