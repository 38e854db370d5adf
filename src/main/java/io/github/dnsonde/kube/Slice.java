package io.github.dnsonde.kube;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One EndpointSlice: each of its members has each of its ports. */
record Slice(List<Member> members, List<Port> ports) {

  private static final int DNS = 53;

  Slice {
    members = List.copyOf(members);
    ports = List.copyOf(ports);
  }

  record Member(InetAddress address, boolean ready, Optional<String> pod) {}

  /**
   * A port of the members.
   *
   * @param name the name of the Service's port that leads to it; may be empty
   */
  record Port(String name, int number, Protocol protocol) {}

  /** The endpoints behind port 53 of a Service, each address once. */
  static List<Endpoint> endpoints(Service service, List<Slice> slices) {
    Map<InetAddress, Endpoint> found = over(Protocol.UDP, service, slices);
    over(Protocol.TCP, service, slices).forEach(found::putIfAbsent);
    return List.copyOf(found.values());
  }

  private static Map<InetAddress, Endpoint> over(
      Protocol protocol, Service service, List<Slice> slices) {
    Set<String> names =
        service.ports().stream()
            .filter(port -> port.number() == DNS && port.protocol() == protocol)
            .map(Service.Port::name)
            .collect(toSet());
    return slices.stream()
        .flatMap(slice -> slice.behind(names, protocol))
        .collect(toMap(Endpoint::address, each -> each, Slice::either, LinkedHashMap::new));
  }

  private Stream<Endpoint> behind(Set<String> names, Protocol protocol) {
    return ports.stream()
        .filter(port -> names.contains(port.name()) && port.protocol() == protocol)
        .flatMap(
            port ->
                members.stream()
                    .map(each -> new Endpoint(each.address, port.number, each.ready, each.pod)));
  }

  /**
   * While an endpoint moves from one slice to another, both have it (EndpointSlice, "Duplicates").
   */
  private static Endpoint either(Endpoint first, Endpoint second) {
    return first.ready() ? first : second;
  }
}
