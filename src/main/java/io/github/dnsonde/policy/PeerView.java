package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.NamespacedName;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The other end of a connection as a policy's rules see it, in one interpretation. Selectors match
 * pods, so they see the port on the pod. Blocks see the address and port of the packet.
 *
 * @param address the address that blocks see; empty for a pod that has none yet
 * @param pod the pod that selectors see; empty if they see none
 * @param toBlock the port that a rule's blocks see
 * @param toAnybody the port that a rule without peers sees
 * @param toPod the port that a rule's selectors see
 * @param service the Service that was dialled; empty if an address was
 */
record PeerView(
    Optional<InetAddress> address,
    Optional<Pod> pod,
    PortView toBlock,
    PortView toAnybody,
    PortView toPod,
    Optional<NamespacedName> service) {}
