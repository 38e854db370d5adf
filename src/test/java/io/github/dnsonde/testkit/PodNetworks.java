package io.github.dnsonde.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A node: many pods' network namespaces behind one router, which holds the addresses of the
 * cluster's DNS and of a node-local cache. A filter in the router acts as the policy engine.
 */
public final class PodNetworks implements AutoCloseable {

  public static final String KUBE_DNS = RoutedNetwork.KUBE_DNS;
  public static final String NODE_LOCAL = RoutedNetwork.NODE_LOCAL;

  private static final String ROUTER = "router";

  private final Path folder;
  private final Sandboxes router;
  private final Sandboxes pods;

  private PodNetworks(Path folder) throws IOException {
    this.folder = folder;
    this.router = new Sandboxes(folder);
    this.pods = new Sandboxes(Files.createDirectory(folder.resolve("pods")));
  }

  /** Builds the router and starts the servers in it, without any pod. */
  public static PodNetworks build() throws IOException {
    PodNetworks network = new PodNetworks(Files.createTempDirectory("pod-networks"));
    try {
      network.router.add(ROUTER, KUBE_DNS + "/32", NODE_LOCAL + "/32");
      network.router.up(ROUTER);
      network.router.forward(ROUTER);
      network.router.serve(ROUTER, KUBE_DNS, NODE_LOCAL);
      return network;
    } catch (IOException | RuntimeException failure) {
      network.close();
      throw failure;
    }
  }

  /** The folder with the files of the pods' namespaces. */
  public Path folder() {
    return folder.resolve("pods");
  }

  /**
   * Adds a pod with this address, or another namespace that also has it; everything works on
   * return.
   */
  public Path add(String pod, InetAddress address) throws IOException {
    Path file = pods.add(pod);
    router.ip(
        ROUTER,
        """
        link add %1$s type veth peer name eth0 netns %2$s
        link set %1$s up
        route replace %3$s dev %1$s
        """
            .formatted(pod, file, address.getHostAddress()));
    pods.ip(
        pod,
        """
        link set lo up
        address add %s/32 dev eth0
        link set eth0 up
        route add default dev eth0
        """
            .formatted(address.getHostAddress()));
    return file;
  }

  private static final String GATEWAY = "169.254.1.1";

  /**
   * Routes other packets of a pod through the router, as Calico does. These addresses have no
   * listener there, which the pod learns at once.
   */
  public void throughGateway(String pod, String... closed) throws IOException {
    for (String address : closed) {
      router.ip(ROUTER, "address replace " + address + "/32 dev lo\n");
    }
    router.ip(ROUTER, "address replace " + GATEWAY + "/32 dev lo\n");
    pods.ip(
        pod,
        """
        route replace %1$s dev eth0
        route replace default via %1$s
        """
            .formatted(GATEWAY));
  }

  /** Lets a border behind the router answer every query that leaves the node for TEST-NET-1. */
  public void answerBeyond() throws IOException {
    router.nat(ROUTER, "prerouting", "udp dport 53 ip daddr 192.0.2.0/24 dnat ip to " + KUBE_DNS);
  }

  /** Lets a proxy in a pod's network answer every query that leaves the pod. */
  public void proxy(String pod) throws IOException {
    pods.serve(pod, "127.0.0.1");
    redirect(pod);
  }

  /** Lets a running proxy take every query again. */
  public void redirect(String pod) throws IOException {
    pods.nat(pod, "output", "udp dport 53 redirect to :53");
  }

  /** Stops redirecting queries to the proxy. */
  public void noProxy(String pod) throws IOException {
    pods.unfilter(pod);
  }

  /** Runs a command in a pod. */
  public void in(String pod, String... command) throws IOException {
    pods.in(pod, command);
  }

  /** Removes the interface, as a CNI plugin's DEL does before the file is removed. */
  public void unplug(String pod) throws IOException {
    router.in(ROUTER, "ip", "link", "delete", pod);
  }

  /** Returns true while the pod's interface exists. */
  public boolean isPlugged(String pod) throws IOException {
    return router.has(ROUTER, pod);
  }

  /** Removes the file of a pod's namespace. */
  public void delete(String pod) throws IOException {
    pods.delete(pod);
  }

  /** Sets a policy: rules on packets from pods to the addresses of the DNS. */
  public void policy(String rules) throws IOException {
    router.filter(ROUTER, "input", rules);
  }

  public void noPolicy() throws IOException {
    router.unfilter(ROUTER);
  }

  /** Ends the servers and removes every namespace. */
  @Override
  public void close() {
    pods.close();
    router.close();
    try {
      Files.delete(folder());
      Files.delete(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
