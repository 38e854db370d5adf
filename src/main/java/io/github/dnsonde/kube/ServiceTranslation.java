package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.cluster.Service.Port;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Literal;
import io.github.dnsonde.manifest.Ports;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Reads Services (Kubernetes API reference, Service). */
final class ServiceTranslation implements Translation<Service> {

  @Override
  public Service read(Fields object) {
    Fields metadata = object.object("metadata");
    Fields spec = object.object("spec");
    return new Service(
        metadata.text("namespace").orElse(""),
        metadata.text("name").orElse(""),
        clusterIps(spec),
        new Labels(spec.map("selector")),
        spec.objects("ports").flatMap(port -> port(port).stream()).toList(),
        spec.text("type").filter("ExternalName"::equals).isPresent());
  }

  /** {@code None}, which a headless one has, is not an address. */
  private static List<InetAddress> clusterIps(Fields spec) {
    List<InetAddress> all =
        spec.texts("clusterIPs").stream().flatMap(text -> Literal.address(text).stream()).toList();
    return all.isEmpty() ? spec.text("clusterIP").flatMap(Literal::address).stream().toList() : all;
  }

  private static Optional<Port> port(Fields port) {
    return Ports.knownProtocol(port)
        .flatMap(
            protocol ->
                port.number("port")
                    .map(
                        number ->
                            new Port(
                                port.text("name").orElse(""),
                                number,
                                protocol,
                                Ports.reference(port, "targetPort")
                                    .orElseGet(() -> new PortReference.Numbered(number)))));
  }
}
