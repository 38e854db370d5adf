package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.probe.NamespacedName;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod that a query may reach, with the address and port on it.
 *
 * @param port 1 to 65535
 */
record Backend(Pod pod, InetAddress address, int port) {

  /** Returns all backends of a destination. A Service's pod without the dialled port is not one. */
  static List<Backend> of(Destination destination, PortProtocol portProtocol) {
    return switch (destination) {
      case Destination.Balanced balanced ->
          balanced.backends().stream().flatMap(pod -> behind(balanced, pod, portProtocol)).toList();
      case Destination.Direct(Pod pod, InetAddress address) ->
          List.of(new Backend(pod, address, portProtocol.port()));
      case Destination.Address(InetAddress address, List<Pod> pods) ->
          pods.stream().map(pod -> new Backend(pod, address, portProtocol.port())).toList();
      case Destination.Unread _, Destination.Itself _ -> List.of();
    };
  }

  private static Stream<Backend> behind(
      Destination.Balanced balanced, Pod pod, PortProtocol portProtocol) {
    Optional<InetAddress> address = addressLike(balanced.address(), pod);
    return dialled(balanced.service(), portProtocol)
        .flatMap(port -> number(port, pod).stream())
        .flatMap(number -> address.stream().map(ofPod -> new Backend(pod, ofPod, number)));
  }

  /** Returns the dialled port of a Service. */
  static Stream<Service.Port> dialled(Service service, PortProtocol portProtocol) {
    return service.ports().stream()
        .filter(
            port ->
                port.number() == portProtocol.port() && port.protocol() == portProtocol.protocol())
        .limit(1);
  }

  /**
   * Returns the number of a Service's port on a pod; empty if no container has a port of its name.
   */
  static Optional<Integer> number(Service.Port port, Pod pod) {
    return switch (port.target()) {
      case PortReference.Numbered(int number) -> Optional.of(number);
      case PortReference.Named(String name) ->
          pod.ports().stream()
              .filter(open -> open.name().equals(name) && open.protocol() == port.protocol())
              .map(Pod.ContainerPort::number)
              .findFirst();
    };
  }

  /** Returns a pod's address of the same family. */
  private static Optional<InetAddress> addressLike(InetAddress other, Pod pod) {
    return pod.addresses().stream()
        .filter(address -> address.getAddress().length == other.getAddress().length)
        .findFirst();
  }

  /** Returns the possible remote ends of a query, as the policies of the querying pod see them. */
  static List<RemoteEnd> ends(Destination destination, PortProtocol portProtocol) {
    return switch (destination) {
      case Destination.Balanced(_, InetAddress address, _) ->
          ends(destination, address, portProtocol);
      case Destination.Direct(_, InetAddress address) -> ends(destination, address, portProtocol);
      case Destination.Address(InetAddress address, List<Pod> pods) when pods.isEmpty() ->
          List.of(nobody(address, portProtocol));
      case Destination.Address(InetAddress address, _) -> ends(destination, address, portProtocol);
      case Destination.Unread _, Destination.Itself _ -> List.of();
    };
  }

  private static List<RemoteEnd> ends(
      Destination destination, InetAddress address, PortProtocol portProtocol) {
    return of(destination, portProtocol).stream()
        .map(target -> target.dialled(address, portProtocol, service(destination)))
        .toList();
  }

  private static Optional<NamespacedName> service(Destination destination) {
    return destination instanceof Destination.Balanced balanced
        ? Optional.of(balanced.service().namespacedName())
        : Optional.empty();
  }

  /** Returns the remote end at an address behind which no pod is known. */
  private static RemoteEnd nobody(InetAddress address, PortProtocol portProtocol) {
    PortView there = PortView.onAddress(portProtocol.protocol(), portProtocol.port());
    PeerView peerView =
        new PeerView(Optional.of(address), Optional.empty(), there, there, there, Optional.empty());
    return _ -> peerView;
  }

  /** Returns this backend as the policies of a pod that dials an address see it. */
  private RemoteEnd dialled(
      InetAddress dialled, PortProtocol portProtocol, Optional<NamespacedName> service) {
    return interpretation -> {
      boolean seen = isSeen(pod, interpretation);
      int shown = interpretation.rewritten() ? port : portProtocol.port();
      PortView onPod =
          seen
              ? PortView.onPod(pod, portProtocol.protocol(), port)
              : PortView.onAddress(portProtocol.protocol(), port);
      return new PeerView(
          Optional.of(interpretation.rewritten() ? address : dialled),
          seen ? Optional.of(pod) : Optional.empty(),
          PortView.onAddress(portProtocol.protocol(), shown),
          onPod.at(shown),
          onPod,
          service);
    };
  }

  /** Returns a querying pod as the policies of this backend see it. */
  RemoteEnd seenFrom(Pod source, PortProtocol portProtocol) {
    PortView asked = PortView.onPod(pod, portProtocol.protocol(), port);
    return interpretation ->
        new PeerView(
            addressLike(address, source),
            isSeen(source, interpretation) ? Optional.of(source) : Optional.empty(),
            asked,
            asked,
            asked,
            Optional.empty());
  }

  private static boolean isSeen(Pod pod, Interpretation interpretation) {
    return !pod.hostNetwork() || interpretation.nodesPodsSeen();
  }
}
