package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SliceTest {

  private static Slice slice(String endpoints, String ports) {
    return Streamed.read(
        SliceTranslation.TRANSLATION,
        "{\"endpoints\": %s, \"ports\": %s}".formatted(endpoints, ports));
  }

  private static Service service(String ports) {
    return Streamed.read(
        ServiceTranslation.TRANSLATION,
        "{\"metadata\": {}, \"spec\": {\"ports\": %s}}".formatted(ports));
  }

  private static Endpoint endpoint(String address, int port, boolean ready) {
    return new Endpoint(InetAddress.ofLiteral(address), port, ready, Optional.empty());
  }

  private static final Service KUBE_DNS =
      service(
          """
          [{"name": "dns", "protocol": "UDP", "port": 53},
           {"name": "dns-tcp", "protocol": "TCP", "port": 53}, {"name": "metrics", "port": 9153}]
          """);

  private static final String PORTS =
      """
      [{"name": "metrics", "port": 9153}, {"name": "dns-tcp", "port": 8053},
       {"name": "dns", "protocol": "UDP", "port": 5353}, {"name": "dns", "port": null}, null]
      """;

  @Test
  void theServicesPort53LeadsToThePodsPort() {
    Slice slice =
        slice(
            """
            [{"addresses": ["10.0.0.1"]}, {"addresses": ["fd00::1"], "conditions": {"ready": null}},
             {"addresses": ["10.0.0.2"], "conditions": {"ready": false}},
             {"addresses": ["a.name"], "targetRef": null}, {"addresses": null}, null]
            """,
            PORTS);
    assertEquals(
        List.of(
            endpoint("10.0.0.1", 5353, true),
            endpoint("fd00::1", 5353, true),
            endpoint("10.0.0.2", 5353, false)),
        Slice.endpoints(KUBE_DNS, List.of(slice)));
  }

  @Test
  void overTcpOnlyIfNoSliceHasUdp() {
    Slice tcp =
        slice(
            "[{\"addresses\": [\"10.0.0.1\", \"10.0.0.2\"]}]",
            "[{\"name\": \"dns-tcp\", \"port\": 8053}]");
    Slice udp =
        slice(
            "[{\"addresses\": [\"10.0.0.1\"]}]",
            "[{\"name\": \"dns\", \"protocol\": \"UDP\", \"port\": 5353}]");
    assertEquals(
        List.of(endpoint("10.0.0.1", 5353, true), endpoint("10.0.0.2", 8053, true)),
        Slice.endpoints(KUBE_DNS, List.of(tcp, udp)));
  }

  @Test
  void anAddressInTwoSlicesIsReadyIfOneSaysSo() {
    Slice before =
        slice("[{\"addresses\": [\"10.0.0.1\"], \"conditions\": {\"ready\": false}}]", PORTS);
    Slice after = slice("[{\"addresses\": [\"10.0.0.1\"]}]", PORTS);
    assertEquals(
        List.of(endpoint("10.0.0.1", 5353, true)),
        Slice.endpoints(KUBE_DNS, List.of(before, after)));
  }

  @Test
  void aPortWithoutANameAlsoCounts() {
    Slice slice =
        slice("[{\"addresses\": [\"10.0.0.1\"]}]", "[{\"port\": 53, \"protocol\": \"UDP\"}]");
    assertEquals(
        List.of(endpoint("10.0.0.1", 53, true)),
        Slice.endpoints(service("[{\"port\": 53, \"protocol\": \"UDP\"}]"), List.of(slice)));
  }

  @Test
  void aServiceIsReadWithItsDefaults() {
    Service service =
        Streamed.read(
            ServiceTranslation.TRANSLATION,
            """
            {"metadata": {"namespace": "kube-system", "name": "dns"},
             "spec": {"clusterIPs": ["None"], "clusterIP": "None", "selector": null,
               "ports": [{"port": 53}, {"port": 54, "targetPort": "named"}, {}, null,
                 {"port": 1, "protocol": "TOMORROW"}]}}
            """);
    assertEquals(List.of(), service.clusterIps());
    assertEquals(
        List.of(
            new Service.Port("", 53, Protocol.TCP, new PortReference.Numbered(53)),
            new Service.Port("", 54, Protocol.TCP, new PortReference.Named("named"))),
        service.ports());
  }
}
