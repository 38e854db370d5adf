package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Literal;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The address of a Service inside the cluster (Kubernetes API reference, Service). */
final class ServiceAddress {

  private static final Mask MASK = Mask.of("spec(clusterIP,ports(name,port))");

  private ServiceAddress() {}

  /**
   * Reads it from the API server.
   *
   * @throws IOException if it cannot be read, or is not there; the message says why
   */
  static InetSocketAddress read(ApiServer server, NamespacedName name, String port)
      throws IOException {
    Fields spec =
        server
            .get("/api/v1/namespaces/" + name.namespace() + "/services/" + name.name(), MASK)
            .object("spec");
    int number =
        spec.objects("ports")
            .filter(each -> each.text("name").filter(port::equals).isPresent())
            .flatMap(each -> each.number("port").stream())
            .findFirst()
            .orElseThrow(() -> new IOException("Service " + name + " has no port '" + port + "'"));
    return spec.text("clusterIP")
        .flatMap(Literal::address)
        .map(address -> new InetSocketAddress(address, number))
        .orElseThrow(
            () -> new IOException("Service " + name + " has no address: expected a clusterIP"));
  }
}
