package io.github.dnsonde.probepods;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import java.util.List;
import java.util.Optional;

/** What is to be done, or not, about one namespace. */
public sealed interface Action {

  String namespace();

  /**
   * Make the Deployment what it is to be.
   *
   * @param before what is to be changed; empty: there is none of that name
   * @param notes sentences about what it lacks, and why
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
   * It is what it is to be.
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

  /** It is ours, and no longer wanted. */
  record Remove(Found deployment) implements Action {
    public Remove {
      requireNonNull(deployment, "deployment is null");
    }

    @Override
    public String namespace() {
      return deployment.namespace();
    }
  }

  /** Somebody else's has its name: it is not touched. */
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
