package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Service;
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
  static List<Backend> of(Destination destination, PortProtocol dial) {
    return switch (destination) {
      case Destination.Balanced balanced ->
          balanced.backends().stream().flatMap(pod -> behind(balanced, pod, dial)).toList();
      case Destination.Direct(Pod pod, InetAddress address) ->
          List.of(new Backend(pod, address, dial.port()));
      case Destination.Address(InetAddress address, List<Pod> pods) ->
          pods.stream().map(pod -> new Backend(pod, address, dial.port())).toList();
      case Destination.Unread _, Destination.Itself _ -> List.of();
    };
  }

  private static Stream<Backend> behind(Destination.Balanced balanced, Pod pod, PortProtocol dial) {
    Optional<InetAddress> address = addressLike(balanced.address(), pod);
    return dialled(balanced.service(), dial)
        .flatMap(port -> number(port, pod).stream())
        .flatMap(number -> address.stream().map(ofPod -> new Backend(pod, ofPod, number)));
  }

  /** Returns the dialled port of a Service. */
  static Stream<Service.Port> dialled(Service service, PortProtocol dial) {
    return service.ports().stream()
        .filter(port -> port.number() == dial.port() && port.protocol() == dial.protocol())
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
  static List<RemoteEnd> ends(Destination destination, PortProtocol dial) {
    return switch (destination) {
      case Destination.Balanced(_, InetAddress address, _) -> ends(destination, address, dial);
      case Destination.Direct(_, InetAddress address) -> ends(destination, address, dial);
      case Destination.Address(InetAddress address, List<Pod> pods) when pods.isEmpty() ->
          List.of(nobody(address, dial));
      case Destination.Address(InetAddress address, _) -> ends(destination, address, dial);
      case Destination.Unread _, Destination.Itself _ -> List.of();
    };
  }

  private static List<RemoteEnd> ends(
      Destination destination, InetAddress address, PortProtocol dial) {
    return of(destination, dial).stream().map(target -> target.dialled(address, dial)).toList();
  }

  /** Returns the remote end at an address behind which no pod is known. */
  private static RemoteEnd nobody(InetAddress address, PortProtocol dial) {
    PortView there = PortView.onAddress(dial.protocol(), dial.port());
    PeerView sight = new PeerView(Optional.of(address), Optional.empty(), there, there, there);
    return _ -> sight;
  }

  /** Returns this backend as the policies of a pod that dials an address see it. */
  private RemoteEnd dialled(InetAddress dialled, PortProtocol dial) {
    return reading -> {
      boolean seen = isSeen(pod, reading);
      int shown = reading.rewritten() ? port : dial.port();
      PortView onPod =
          seen
              ? PortView.onPod(pod, dial.protocol(), port)
              : PortView.onAddress(dial.protocol(), port);
      return new PeerView(
          Optional.of(reading.rewritten() ? address : dialled),
          seen ? Optional.of(pod) : Optional.empty(),
          PortView.onAddress(dial.protocol(), shown),
          onPod.at(shown),
          onPod);
    };
  }

  /** Returns a querying pod as the policies of this backend see it. */
  RemoteEnd askedBy(Pod source, PortProtocol dial) {
    PortView asked = PortView.onPod(pod, dial.protocol(), port);
    return reading ->
        new PeerView(
            addressLike(address, source),
            isSeen(source, reading) ? Optional.of(source) : Optional.empty(),
            asked,
            asked,
            asked);
  }

  private static boolean isSeen(Pod pod, Interpretation reading) {
    return !pod.hostNetwork() || reading.nodesPodsSeen();
  }
}
