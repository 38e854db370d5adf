package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.NetworkPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Whether policies let something through in one direction, and which of them decide it. */
public sealed interface PolicyVerdict {

  /** The policies that isolate the pod whose side this is; none: it is not isolated. */
  List<NetworkPolicy> isolating();

  /** The bare answer. */
  Decision decision();

  /** What to expect of it: what is certain, or likely; empty when there is no telling. */
  Optional<Decision> likely();

  /**
   * It is let through.
   *
   * @param by what lets it through; empty when nothing isolates the pod
   */
  record Allow(List<NetworkPolicy> isolating, Optional<Grant> by) implements PolicyVerdict {

    /** No policy has a say. */
    static final Allow FREELY = new Allow(List.of(), Optional.empty());

    public Allow {
      isolating = List.copyOf(isolating);
      requireNonNull(by, "by is null");
    }

    @Override
    public Decision decision() {
      return Decision.ALLOW;
    }

    @Override
    public Optional<Decision> likely() {
      return Optional.of(Decision.ALLOW);
    }
  }

  /** It is stopped: something isolates the pod, and no rule lets it through. */
  record Deny(List<NetworkPolicy> isolating) implements PolicyVerdict {
    public Deny {
      isolating = List.copyOf(isolating);
      if (isolating.isEmpty()) {
        throw new IllegalArgumentException("nothing isolates the pod");
      }
    }

    @Override
    public Decision decision() {
      return Decision.DENY;
    }

    @Override
    public Optional<Decision> likely() {
      return Optional.of(Decision.DENY);
    }
  }

  /**
   * There is no telling.
   *
   * @param why the reason
   * @param likely what the commonest engines do, or what NetworkPolicies alone say; empty when that
   *     is not known either
   * @param about what the doubt is about, in words such as {@code shop/web}; of policies of other
   *     kinds, whole sentences
   */
  record Unknown(
      UnknownReason why,
      Optional<Decision> likely,
      List<NetworkPolicy> isolating,
      List<String> about)
      implements PolicyVerdict {
    public Unknown {
      requireNonNull(why, "why is null");
      requireNonNull(likely, "likely is null");
      isolating = List.copyOf(isolating);
      about = List.copyOf(about);
    }

    /** Whether a policy of another kind may decide. */
    public boolean isOfOtherKind() {
      return why == UnknownReason.FOREIGN_POLICY;
    }

    @Override
    public Decision decision() {
      return Decision.UNKNOWN;
    }
  }

  /**
   * What lets something through.
   *
   * @param rule its index in the policy's rules for the direction
   * @param peer its index in the rule; empty when the rule is for everybody
   */
  record Grant(NetworkPolicy policy, int rule, OptionalInt peer) {
    public Grant {
      requireNonNull(policy, "policy is null");
      requireNonNull(peer, "peer is null");
    }
  }
}
