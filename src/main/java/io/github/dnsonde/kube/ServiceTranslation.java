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
final class ServiceTranslation {

  static final Translation<Service> TRANSLATION =
      Translation.of(
          "metadata(namespace,name,resourceVersion,[labels*]),"
              + "spec(type,clusterIP,externalName,[clusterIPs],[selector*],"
              + "[ports(name,port,protocol,targetPort)])",
          ServiceTranslation::read);

  private ServiceTranslation() {}

  private static Service read(StreamedObject object) {
    object.requireWhole(path -> path.startsWith("spec"));
    Fields metadata = object.metadata();
    Fields spec = object.fields().object("spec");
    return new Service(
        metadata.text("namespace").orElse(""),
        metadata.text("name").orElse(""),
        clusterIps(spec),
        new Labels(spec.map("selector")),
        spec.objects("ports").flatMap(port -> port(port).stream()).toList(),
        spec.text("type").filter("ExternalName"::equals).isPresent());
  }

  /** {@code None}, the value of a headless Service, is not an address. */
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
