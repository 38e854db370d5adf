package io.github.dnsonde.diagnosis;

import java.util.List;
import java.util.Optional;

/** Policies, as YAML, that would allow what policies deny. */
interface SuggestedPolicies {

  /**
   * Returns a policy that allows the pods of these paths, all of one namespace, to reach the
   * servers; empty if none would.
   */
  Optional<String> egress(List<ExplainedPath> paths);

  /**
   * Returns a policy that allows the server's pods to be reached from the vantages of these paths;
   * empty if none would.
   */
  Optional<String> ingress(List<ExplainedPath> paths);
}
