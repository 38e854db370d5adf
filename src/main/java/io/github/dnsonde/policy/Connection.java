package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.Pod;

/**
 * A connection as the policies of one of its ends see it.
 *
 * @param direction of the connection, from the pod's point of view
 * @param pod the pod whose policies decide
 * @param end the other end
 * @param isolatedOtherwise whether NetworkPolicies isolate the pod in the other direction
 */
record Connection(Direction direction, Pod pod, RemoteEnd end, boolean isolatedOtherwise) {

  /** The other end after the Service's address is rewritten, without pods in a node's network. */
  PeerView peer() {
    return end.in(Interpretation.COMMONEST);
  }

  /** The other end after the Service's address is rewritten, with pods in a node's network. */
  PeerView peerOnNode() {
    return end.in(Interpretation.COMMONEST.seeingNodesPods());
  }
}
