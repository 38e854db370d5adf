package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.policy.OtherDecision;
import java.util.List;
import java.util.Optional;

/** The decision of a cluster's policies on one path, as far as a finding needs it. */
sealed interface PathAssessment {

  /** Returns true if both say the same, whatever the policies' names. */
  default boolean agrees(PathAssessment other) {
    return getClass() == other.getClass();
  }

  /**
   * The reasons why a denial is not certain, as sentences; empty if it is certain or there is none.
   */
  default List<String> doubts() {
    return switch (this) {
      case Denied(_, List<String> doubts, _) -> doubts;
      case DeniedAtServer(_, List<String> doubts, _) -> doubts;
      case Allowed _, Unclear _, Unknown _ -> List.of();
    };
  }

  /** The policies of another kind that deny it; empty if NetworkPolicies do, or none does. */
  default Optional<OtherDecision> other() {
    return switch (this) {
      case Denied(_, _, Optional<OtherDecision> other) -> other;
      case DeniedAtServer(_, _, Optional<OtherDecision> other) -> other;
      case Allowed _, Unclear _, Unknown _ -> Optional.empty();
    };
  }

  /**
   * A packet would pass.
   *
   * @param filter the decision by which a proxy refuses some names; empty if none does
   */
  record Allowed(Optional<OtherDecision> filter) implements PathAssessment {
    public Allowed {
      requireNonNull(filter, "filter is null");
    }

    Allowed() {
      this(Optional.empty());
    }
  }

  /**
   * The policies of the vantage's namespace would drop it.
   *
   * @param isolating the policies that select the pod: none of them has a rule for the packet
   * @param doubts the reasons why that is not certain, one sentence each; empty if it is
   * @param other the policies of another kind that deny it; empty if the NetworkPolicies do
   */
  record Denied(List<NetworkPolicy> isolating, List<String> doubts, Optional<OtherDecision> other)
      implements PathAssessment {
    public Denied {
      isolating = List.copyOf(isolating);
      doubts = List.copyOf(doubts);
      requireNonNull(other, "other is null");
    }

    Denied(List<NetworkPolicy> isolating, List<String> doubts) {
      this(isolating, doubts, Optional.empty());
    }
  }

  /**
   * The policies of the server's pods would drop it.
   *
   * @param isolating the policies that select the server's pods: none of them has a rule for the
   *     packet
   * @param doubts the reasons why that is not certain, one sentence each; empty if it is
   * @param other the policies of another kind that deny it; empty if the NetworkPolicies do
   */
  record DeniedAtServer(
      List<NetworkPolicy> isolating, List<String> doubts, Optional<OtherDecision> other)
      implements PathAssessment {
    public DeniedAtServer {
      isolating = List.copyOf(isolating);
      doubts = List.copyOf(doubts);
      requireNonNull(other, "other is null");
    }

    DeniedAtServer(List<NetworkPolicy> isolating, List<String> doubts) {
      this(isolating, doubts, Optional.empty());
    }
  }

  /**
   * The policies may allow or deny it.
   *
   * @param isolating the NetworkPolicies that select the pod; empty if none does
   * @param why the reasons, one sentence each
   */
  record Unclear(List<NetworkPolicy> isolating, List<String> why) implements PathAssessment {
    public Unclear {
      isolating = List.copyOf(isolating);
      why = List.copyOf(why);
    }
  }

  /**
   * The agent does not know enough of the cluster.
   *
   * @param why the reason as a sentence; empty if nothing is known of the pod
   */
  record Unknown(Optional<String> why) implements PathAssessment {
    public Unknown {
      requireNonNull(why, "why is null");
    }

    Unknown() {
      this(Optional.empty());
    }
  }
}
