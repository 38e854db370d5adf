package io.github.dnsonde.probepods;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView.Found;

/**
 * The last request for a namespace, and its result.
 *
 * @param wanted the requested Deployment
 * @param made the Deployment as the server returned it
 */
public record Applied(ProbeDeployment wanted, Found made) {
  public Applied {
    requireNonNull(wanted, "wanted is null");
    requireNonNull(made, "made is null");
  }
}
