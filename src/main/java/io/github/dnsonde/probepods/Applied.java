package io.github.dnsonde.probepods;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView.Found;

/**
 * What was asked for last in a namespace, and what that made.
 *
 * @param wanted what was asked for
 * @param made the Deployment as the server answered
 */
public record Applied(ProbeDeployment wanted, Found made) {
  public Applied {
    requireNonNull(wanted, "wanted is null");
    requireNonNull(made, "made is null");
  }
}
