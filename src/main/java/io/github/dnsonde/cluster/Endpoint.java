package io.github.dnsonde.cluster;

import java.net.InetAddress;
import java.util.Optional;

/**
 * One address behind a Service (Kubernetes API reference, EndpointSlice).
 *
 * @param port for DNS over UDP, or over TCP if no slice has a UDP port; 1 to 65535
 * @param ready true if it receives traffic
 * @param pod the name of its pod, if it has one
 */
public record Endpoint(InetAddress address, int port, boolean ready, Optional<String> pod) {}
