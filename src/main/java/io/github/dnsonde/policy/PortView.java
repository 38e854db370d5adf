package io.github.dnsonde.policy;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import java.util.List;
import java.util.Set;

/**
 * A port as a rule sees it.
 *
 * @param names its names in the containers of the listening pod; none on an address
 */
record PortView(Protocol protocol, int number, Set<String> names) {

  PortView {
    names = Set.copyOf(names);
  }

  /** Returns a port on an address, regardless of the pod behind it. */
  static PortView onAddress(Protocol protocol, int number) {
    return new PortView(protocol, number, Set.of());
  }

  /** Returns a port on a pod. */
  static PortView onPod(Pod pod, Protocol protocol, int number) {
    return new PortView(
        protocol,
        number,
        pod.ports().stream()
            .filter(port -> port.number() == number && port.protocol() == protocol)
            .map(Pod.ContainerPort::name)
            .collect(toSet()));
  }

  /** Returns a port of the same names with another number. */
  PortView at(int other) {
    return new PortView(protocol, other, names);
  }

  /** Returns whether a rule with these ports matches this one; a rule without ports matches all. */
  boolean isAmong(List<Port> ports) {
    return ports.isEmpty() || ports.stream().anyMatch(this::is);
  }

  private boolean is(Port port) {
    return port.protocol() == protocol
        && port.port().map(reference -> is(reference, port)).orElse(true);
  }

  private boolean is(PortReference reference, Port port) {
    return switch (reference) {
      case PortReference.Numbered(int first) ->
          first <= number && number <= port.endPort().orElse(first);
      case PortReference.Named(String name) -> names.contains(name);
    };
  }
}
