package io.github.dnsonde.diagnosis;

import io.github.dnsonde.probe.ProbePath;
import java.util.List;

/** The policies that were deleted recently. */
interface DeletedPolicies {

  /** Returns the policies that were removed recently. */
  List<PolicyDeletion> removed();

  /** Returns true if a path would be allowed if this policy still existed. */
  boolean wouldAllow(PolicyDeletion policyDeletion, ProbePath path);
}
