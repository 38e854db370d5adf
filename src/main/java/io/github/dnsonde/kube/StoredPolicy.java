package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.NetworkPolicy;
import java.time.Instant;

/**
 * A policy that exists and whose rules are known.
 *
 * @param created its creation time
 * @param version it, with its annotations
 */
public record StoredPolicy(NetworkPolicy policy, Instant created, PolicyVersion version) {
  public StoredPolicy {
    requireNonNull(policy, "policy is null");
    requireNonNull(created, "created is null");
    requireNonNull(version, "version is null");
  }
}
