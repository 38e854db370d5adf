package io.github.dnsonde.cluster;

import java.net.InetAddress;
import java.util.Optional;

/**
 * One address that a Service leads to (Kubernetes API reference, EndpointSlice).
 *
 * @param port for DNS over UDP, or over TCP where no slice tells of UDP; 1 to 65535
 * @param ready whether traffic is sent to it
 * @param pod its name, where a pod is behind it
 */
public record Endpoint(InetAddress address, int port, boolean ready, Optional<String> pod) {}
