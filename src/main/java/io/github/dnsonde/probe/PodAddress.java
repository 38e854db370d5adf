package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/**
 * One address of one pod: the key for finding its network namespace.
 *
 * @param namespace the pod's Kubernetes namespace
 * @param pod its name
 * @param address one of its addresses
 */
public record PodAddress(String namespace, String pod, InetAddress address) {

  public PodAddress {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(address, "address is null");
  }

  /** The address that a vantage sends queries from. */
  public static PodAddress of(Vantage vantage) {
    return new PodAddress(vantage.namespace(), vantage.pod(), vantage.from());
  }
}
