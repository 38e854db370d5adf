package io.github.dnsonde.diagnosis;

import io.github.dnsonde.probe.ProbePath;
import java.util.List;

/** The policies that are gone. */
interface DeletedPolicies {

  /** Those that were removed lately. */
  List<PolicyDeletion> removed();

  /** Whether a path would be allowed if this policy were there again. */
  boolean wouldAllow(PolicyDeletion policyDeletion, ProbePath path);
}
