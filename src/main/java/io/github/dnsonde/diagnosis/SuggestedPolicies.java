package io.github.dnsonde.diagnosis;

import java.util.List;
import java.util.Optional;

/** Policies to apply, as YAML, for what policies deny. */
interface SuggestedPolicies {

  /** Lets the pods of these paths, all of one namespace, reach the servers; empty if none would. */
  Optional<String> egress(List<ExplainedPath> paths);

  /** Lets the server's pods be reached from where these paths begin; empty if none would. */
  Optional<String> ingress(List<ExplainedPath> paths);
}
