package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.NetworkPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The result of policies for one direction, with the policies that decide it. */
public sealed interface PolicyVerdict {

  /** Returns the policies that isolate the pod on this side; empty if it is not isolated. */
  List<NetworkPolicy> isolating();

  /** Returns the decision alone. */
  Decision decision();

  /** Returns the certain or likely decision; empty if it is unknown. */
  Optional<Decision> likely();

  /**
   * Returns the policies of another kind that make the decision, or the likely one; empty if
   * NetworkPolicies alone do.
   */
  Optional<OtherDecision> other();

  /**
   * The traffic is allowed.
   *
   * @param by the rule of a NetworkPolicy that allows it; empty if none isolates the pod
   * @param other the policies of another kind that allow it; empty if none is needed
   */
  record Allow(List<NetworkPolicy> isolating, Optional<Grant> by, Optional<OtherDecision> other)
      implements PolicyVerdict {

    /** The verdict if no policy applies. */
    static final Allow FREELY = new Allow(List.of(), Optional.empty());

    public Allow {
      isolating = List.copyOf(isolating);
      requireNonNull(by, "by is null");
      requireNonNull(other, "other is null");
    }

    /** Creates a verdict of NetworkPolicies alone. */
    public Allow(List<NetworkPolicy> isolating, Optional<Grant> by) {
      this(isolating, by, Optional.empty());
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

  /**
   * The traffic is denied: NetworkPolicies isolate the pod, and no rule allows it; or policies of
   * another kind deny it.
   *
   * @param other the policies of another kind that deny it; empty if NetworkPolicies do
   */
  record Deny(List<NetworkPolicy> isolating, Optional<OtherDecision> other)
      implements PolicyVerdict {
    public Deny {
      isolating = List.copyOf(isolating);
      requireNonNull(other, "other is null");
      if (isolating.isEmpty() && other.isEmpty()) {
        throw new IllegalArgumentException("nothing isolates the pod");
      }
    }

    /** Creates a verdict of NetworkPolicies alone. */
    public Deny(List<NetworkPolicy> isolating) {
      this(isolating, Optional.empty());
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
   * The decision is unknown.
   *
   * @param why the reason
   * @param likely the decision of the most common engines, or of the NetworkPolicies alone; empty
   *     if that is also unknown
   * @param about the objects that make it unknown, such as {@code shop/web}; for policies of other
   *     kinds, whole sentences
   * @param other the policies of another kind that make the likely decision; empty if none does
   */
  record Unknown(
      UnknownReason why,
      Optional<Decision> likely,
      List<NetworkPolicy> isolating,
      List<String> about,
      Optional<OtherDecision> other)
      implements PolicyVerdict {
    public Unknown {
      requireNonNull(why, "why is null");
      requireNonNull(likely, "likely is null");
      isolating = List.copyOf(isolating);
      about = List.copyOf(about);
      requireNonNull(other, "other is null");
    }

    /** Creates a verdict whose likely decision is one of NetworkPolicies alone. */
    public Unknown(
        UnknownReason why,
        Optional<Decision> likely,
        List<NetworkPolicy> isolating,
        List<String> about) {
      this(why, likely, isolating, about, Optional.empty());
    }

    /** Returns whether a policy of another kind may decide. */
    public boolean isOfOtherKind() {
      return why == UnknownReason.FOREIGN_POLICY;
    }

    @Override
    public Decision decision() {
      return Decision.UNKNOWN;
    }
  }

  /**
   * The rule that allows traffic.
   *
   * @param rule its index in the policy's rules for the direction
   * @param peer the peer's index in the rule; empty if the rule has no peers
   */
  record Grant(NetworkPolicy policy, int rule, OptionalInt peer) {
    public Grant {
      requireNonNull(policy, "policy is null");
      requireNonNull(peer, "peer is null");
    }
  }
}
