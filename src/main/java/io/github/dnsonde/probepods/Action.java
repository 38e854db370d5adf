package io.github.dnsonde.probepods;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import java.util.List;
import java.util.Optional;

/** The action to take, or not to take, in one namespace. */
public sealed interface Action {

  String namespace();

  /**
   * Bring the Deployment into its desired state.
   *
   * @param before the Deployment to change; empty if it does not exist
   * @param notes sentences about missing labels, with the reasons
   */
  record Apply(ProbeDeployment wanted, Optional<Found> before, List<String> notes)
      implements Action {
    public Apply {
      requireNonNull(wanted, "wanted is null");
      requireNonNull(before, "before is null");
      notes = List.copyOf(notes);
    }

    @Override
    public String namespace() {
      return wanted.namespace();
    }
  }

  /**
   * The Deployment is in its desired state.
   *
   * @param notes as above
   */
  record Keep(Found deployment, List<String> notes) implements Action {
    public Keep {
      requireNonNull(deployment, "deployment is null");
      notes = List.copyOf(notes);
    }

    @Override
    public String namespace() {
      return deployment.namespace();
    }
  }

  /** The Deployment is ours, and no longer wanted. */
  record Remove(Found deployment) implements Action {
    public Remove {
      requireNonNull(deployment, "deployment is null");
    }

    @Override
    public String namespace() {
      return deployment.namespace();
    }
  }

  /** A Deployment of someone else has the name: it is not touched. */
  record Yield(Found deployment) implements Action {
    public Yield {
      requireNonNull(deployment, "deployment is null");
    }

    @Override
    public String namespace() {
      return deployment.namespace();
    }
  }
}
