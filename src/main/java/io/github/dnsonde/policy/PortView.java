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
 * @param names what the containers of the pod that listens call it; an address has no names
 */
record PortView(Protocol protocol, int number, Set<String> names) {

  PortView {
    names = Set.copyOf(names);
  }

  /** On an address, whoever is behind it. */
  static PortView onAddress(Protocol protocol, int number) {
    return new PortView(protocol, number, Set.of());
  }

  /** On a pod. */
  static PortView onPod(Pod pod, Protocol protocol, int number) {
    return new PortView(
        protocol,
        number,
        pod.ports().stream()
            .filter(port -> port.number() == number && port.protocol() == protocol)
            .map(Pod.ContainerPort::name)
            .collect(toSet()));
  }

  /** The same names, dialled on another number. */
  PortView at(int other) {
    return new PortView(protocol, other, names);
  }

  /** Whether a rule with these ports means it; none means every port. */
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
