package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.NetworkPolicy;
import java.util.List;
import java.util.Optional;

/** What the policies of a cluster say of one path, as far as a finding needs it. */
sealed interface PathAssessment {

  /** Whether it says the same as another, whatever the policies are called. */
  default boolean agrees(PathAssessment other) {
    return getClass() == other.getClass();
  }

  /** Why a denial is not certain, as sentences; none where it is, and where there is none. */
  default List<String> doubts() {
    return switch (this) {
      case Denied(_, List<String> doubts) -> doubts;
      case DeniedAtServer(_, List<String> doubts) -> doubts;
      case Allowed _, Unclear _, Unknown _ -> List.of();
    };
  }

  /** A packet would pass. */
  record Allowed() implements PathAssessment {}

  /**
   * The policies of the vantage's namespace would drop it.
   *
   * @param isolating those that select the pod: none of them has a rule for it
   * @param doubts why that is not certain, a sentence for each cause; none where it is
   */
  record Denied(List<NetworkPolicy> isolating, List<String> doubts) implements PathAssessment {
    public Denied {
      isolating = List.copyOf(isolating);
      doubts = List.copyOf(doubts);
    }
  }

  /**
   * The policies of the server's pods would drop it.
   *
   * @param isolating those that select the server's pods: none of them has a rule for it
   * @param doubts why that is not certain, a sentence for each cause; none where it is
   */
  record DeniedAtServer(List<NetworkPolicy> isolating, List<String> doubts)
      implements PathAssessment {
    public DeniedAtServer {
      isolating = List.copyOf(isolating);
      doubts = List.copyOf(doubts);
    }
  }

  /**
   * It depends.
   *
   * @param isolating the NetworkPolicies that select the pod; none where none does
   * @param why a sentence for each cause
   */
  record Unclear(List<NetworkPolicy> isolating, List<String> why) implements PathAssessment {
    public Unclear {
      isolating = List.copyOf(isolating);
      why = List.copyOf(why);
    }
  }

  /**
   * Not enough is known of the cluster.
   *
   * @param why as a sentence; empty where nothing is known of the pod
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
