package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.Pod;

/**
 * The evaluation of one family of policy kinds, those that an engine evaluates together with
 * NetworkPolicies. Each family combines its own verdict with that of the NetworkPolicies in its own
 * way.
 */
interface FamilyEvaluator {

  /** Returns true if it has no policies, so that it decides on nothing. */
  boolean isEmpty();

  /**
   * Returns whether one of its policies may decide on a pod's traffic in a direction. Otherwise
   * NetworkPolicies decide alone.
   */
  boolean concerns(Pod pod, Direction direction);

  /**
   * Returns the verdict of its policies and the NetworkPolicies together on one connection. It is
   * unknown only if a rule is reached that cannot be evaluated, and the decision depends on it.
   *
   * @param standard the verdict of the NetworkPolicies alone, in the same interpretation; if its
   *     {@code isolating} is empty, none of them applies
   */
  PolicyVerdict judge(Connection connection, PolicyVerdict standard);
}
