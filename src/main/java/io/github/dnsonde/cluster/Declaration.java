package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A statement of a tenant, as annotations of a Namespace or a NetworkPolicy, that pods are not
 * expected to get responses from DNS. It concerns pods of the tenant's own namespace only.
 */
public sealed interface Declaration {

  /** The annotation that makes an object a declaration. */
  String KEY = "dnsonde.github.io/expect";

  /** The only value of {@link #KEY}. */
  String NO_DNS = "no-dns";

  /** The annotation with the reason, for people. */
  String REASON = KEY + "-reason";

  /** The annotation with the end: a date, which is included, or an instant (RFC 3339). */
  String UNTIL = KEY + "-until";

  /** The characters of a reason that are kept. */
  int LONGEST_REASON = 200;

  /** The object with the annotations. */
  Holder holder();

  /**
   * The object with the annotations.
   *
   * @param namespace the Namespace, or the namespace of the NetworkPolicy
   * @param policy the name of the NetworkPolicy; empty for the Namespace
   */
  record Holder(String namespace, Optional<String> policy) {
    public Holder {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(policy, "policy is null");
    }

    /** {@code Namespace payments}, {@code NetworkPolicy payments/batch}. */
    @Override
    public String toString() {
      return policy
          .map(name -> "NetworkPolicy " + namespace + "/" + name)
          .orElse("Namespace " + namespace);
    }
  }

  /**
   * A valid declaration.
   *
   * @param selects selector of the pods; the empty selector for all pods of the namespace
   * @param reason the reason, of at most {@link #LONGEST_REASON} characters; may be empty
   * @param until the end; empty if there is none
   */
  record NoDns(Holder holder, LabelSelector selects, String reason, Optional<Instant> until)
      implements Declaration {
    public NoDns {
      requireNonNull(holder, "holder is null");
      requireNonNull(selects, "selects is null");
      requireNonNull(until, "until is null");
      if (reason.length() > LONGEST_REASON) {
        throw new IllegalArgumentException("the reason has " + reason.length() + " characters");
      }
    }

    /** Returns true if its end has come, so that it no longer has an effect. */
    public boolean isExpired(Instant now) {
      return until.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Returns true if it is about a pod of its namespace. */
    public boolean selects(Pod pod) {
      return pod.namespace().equals(holder.namespace()) && selects.matches(pod.labels());
    }

    /** Returns true if it is about every pod of its namespace. */
    public boolean isOfNamespace() {
      return holder.policy().isEmpty();
    }
  }

  /**
   * A declaration with a mistake, which has no effect.
   *
   * @param why the mistake and what was expected, without a full stop
   */
  record Invalid(Holder holder, String why) implements Declaration {
    public Invalid {
      requireNonNull(holder, "holder is null");
      requireNonNull(why, "why is null");
    }
  }
}
