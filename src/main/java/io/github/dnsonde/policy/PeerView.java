package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Pod;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What the rules of a policy see of a connection's other end, in one of the ways to read them.
 * Selectors name pods, so that they see the port on the pod; blocks see what is on the packet.
 *
 * @param address what blocks see; empty: a pod that has none yet
 * @param pod what selectors see; empty: nothing
 * @param toBlock the port that a rule's blocks see
 * @param toAnybody the port that a rule without peers sees
 * @param toPod the port that a rule's selectors see
 */
record PeerView(
    Optional<InetAddress> address,
    Optional<Pod> pod,
    PortView toBlock,
    PortView toAnybody,
    PortView toPod) {}
