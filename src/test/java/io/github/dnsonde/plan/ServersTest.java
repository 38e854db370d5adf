package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PodBuilder.pod;
import static io.github.dnsonde.plan.Scenery.port;
import static io.github.dnsonde.plan.Scenery.service;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ServersTest {

  private static final String WITH_CACHE =
      "kube-dns 10.96.0.10:53, node-local-dns 169.254.20.10:53";
  private static final String WITHOUT_CACHE = "kube-dns 10.96.0.10:53";

  @Nested
  class KubeDns {

    @Test
    void isTheFirstClusterIpOfTheService() {
      assertEquals(
          "kube-dns 10.0.0.10:53",
          asked(
              scene()
                  .kubeDns(Optional.of(service("kube-dns", List.of("10.0.0.10", "fd00::a"))))
                  .plan()));
    }

    @Test
    void isAskedAtTheUdpPortOfTheService() {
      assertEquals("kube-dns 10.0.0.10:5353", asked(withPorts(port("dns", 5353, Protocol.UDP))));
      assertEquals(
          "kube-dns 10.0.0.10:53",
          asked(withPorts(port("metrics", 9153, Protocol.TCP))),
          "no UDP port");
    }

    @Test
    void isAskedAtPort53OfSeveral() {
      assertEquals(
          "kube-dns 10.0.0.10:53",
          asked(
              withPorts(
                  port("dns", 5353, Protocol.UDP),
                  port("plain", 53, Protocol.UDP),
                  port("other", 52, Protocol.TCP))));
    }

    @Test
    void isAskedAtThePortCalledDnsOfSeveral() {
      assertEquals(
          "kube-dns 10.0.0.10:5353",
          asked(withPorts(port("quic", 853, Protocol.UDP), port("dns", 5353, Protocol.UDP))));
    }

    @Test
    void staysWhenTheServiceIsGone() {
      Plan before = withPorts(port("dns", 5353, Protocol.UDP));
      assertEquals(
          "kube-dns 10.0.0.10:5353", asked(scene().kubeDns(Optional.empty()).plan(before)));
    }

    @Test
    void isTheAgentsOwnResolverWhereThereIsNoService() {
      Scenery without = scene().kubeDns(Optional.empty()).resolvers("192.168.0.53", "192.0.2.1");
      assertEquals("kube-dns 192.168.0.53:53", asked(without.plan()));
      assertEquals(
          "kube-dns 192.168.0.53:53",
          asked(without.kubeDns(Optional.of(service("kube-dns", List.of()))).plan()),
          "a headless Service has no address");
    }

    @Test
    void isWhatTheServiceSaysOnceItIsKnown() {
      Plan before = scene().kubeDns(Optional.empty()).resolvers("192.168.0.53").plan();
      assertEquals(WITHOUT_CACHE, asked(scene().plan(before)));
    }

    @Test
    void isNotAskedWhereNothingTellsOfIt() {
      Plan plan = scene().kubeDns(Optional.empty()).resolvers().plan();
      assertEquals("", asked(plan));
      assertEquals(1, plan.candidates().size());
    }

    private static Plan withPorts(Service.Port... ports) {
      return scene().kubeDns(Optional.of(service("kube-dns", List.of("10.0.0.10"), ports))).plan();
    }
  }

  @Nested
  class NodeLocal {

    @Test
    void isAbsentWithoutAPodAndWithoutAResolver() {
      assertEquals(WITHOUT_CACHE, asked(scene().plan()));
    }

    @Test
    void isThereWhenItsPodIsOnTheNodeReadyOrNot() {
      assertEquals(WITH_CACHE, asked(scene().with(cache()).plan()));
      assertEquals(
          WITH_CACHE, asked(scene().with(cache().notReady().phase(Pod.Phase.PENDING)).plan()));
    }

    @Test
    void isNotAPodOfAnotherNamespaceOrWithOtherLabels() {
      assertEquals(
          WITHOUT_CACHE,
          asked(
              scene()
                  .with(
                      pod("shop", "fake", "10.244.1.8").label("k8s-app", "node-local-dns"),
                      pod("kube-system", "other", "10.244.1.9").label("k8s-app", "kube-proxy"))
                  .plan()));
    }

    @Test
    void isAskedWhereTheConfigurationSays() {
      Scenery scenery =
          scene().with(pod("dns", "cache", "192.0.2.1").onHostNetwork().label("app", "nodelocal"));
      assertEquals(
          "kube-dns 10.96.0.10:53, node-local-dns 169.254.25.10:53",
          asked(
              scenery.plan(
                  Settings.node(
                      """
                      cluster:
                        kube-dns: {namespace: dns}
                        node-local-dns: {address: 169.254.25.10, selector: {matchLabels: {app: nodelocal}}}
                      """),
                  Plan.EMPTY)));
    }

    @Test
    void isTheLinkLocalAddressOfResolvConf() {
      assertEquals(
          "kube-dns 10.96.0.10:53, node-local-dns 169.254.20.25:53",
          asked(scene().with(cache()).resolvers("169.254.20.25").plan()));
      assertEquals(
          WITH_CACHE,
          asked(scene().plan(Settings.node("cluster: {dns: [169.254.20.10]}"), Plan.EMPTY)));
    }

    @Test
    void staysOnceItWasSeen() {
      Plan before = scene().with(cache()).plan();
      Plan after = scene().plan(before);
      assertEquals(WITH_CACHE, asked(after));
      assertEquals(WITH_CACHE, asked(scene().plan(after)));
    }

    @Test
    void anEmptySelectorMeansNoPod() {
      assertEquals(
          WITHOUT_CACHE,
          asked(
              scene()
                  .with(cache())
                  .plan(
                      Settings.node("cluster: {node-local-dns: {selector: {matchLabels: {}}}}"),
                      Plan.EMPTY)));
    }

    private static PodBuilder cache() {
      return pod("kube-system", "node-local-dns-x7k2p", "192.0.2.1")
          .onHostNetwork()
          .label("k8s-app", "node-local-dns");
    }
  }

  @Nested
  class Endpoints {

    private static final String YES = "cluster: {kube-dns: {endpoints: true}}";

    private final Scenery scenery =
        scene()
            .endpoint("10.244.2.2", 8053, false)
            .endpoint("10.244.1.9", 53, true)
            .endpoint("10.244.1.9", 53, true);

    @Test
    void areNotAskedUnlessTheConfigurationSaysSo() {
      assertEquals(WITHOUT_CACHE, asked(scenery.plan()));
    }

    @Test
    void areEachAskedEveryQuestionFromTheAgentAlone() {
      Plan plan = scenery.plan(Settings.node(YES), Plan.EMPTY);
      List<Probe> ofEndpoints =
          plan.probes().stream()
              .filter(probe -> probe.server().name().equals("kube-dns-endpoint"))
              .toList();
      assertEquals(
          List.of("10.244.1.9:53", "10.244.2.2:8053"),
          ofEndpoints.stream().map(probe -> probe.server().hostPort()).distinct().toList());
      assertEquals(2 * 4, ofEndpoints.size(), "probes");
      for (Probe probe : ofEndpoints) {
        assertEquals(Settings.node(YES).vantage(), probe.vantage());
        assertFalse(probe.inUse(), "in use");
      }
      assertEquals(4, plan.probes().size() - ofEndpoints.size(), "probes from the pod");
    }

    @Test
    void areAskedBesideListedServersToo() {
      assertEquals(
          "dns 192.0.2.53:53, kube-dns-endpoint 10.244.1.9:53, kube-dns-endpoint 10.244.2.2:8053",
          asked(
              scenery.plan(
                  Settings.node(YES + "\nservers: [{name: dns, address: 192.0.2.53}]"),
                  Plan.EMPTY)));
    }
  }

  @Test
  void listedServersAreAskedAsListed() {
    assertEquals(
        "b 192.0.2.2:53, a 192.0.2.1:5353",
        asked(
            scene()
                .plan(
                    Settings.node(
                        """
                        servers:
                          - {name: b, address: 192.0.2.2}
                          - {name: a, address: 192.0.2.1, port: 5353}
                        """),
                    Plan.EMPTY)));
  }

  @Test
  void selfModeAsksTheNameserversOfItsPod() {
    Knowledge knowledge = new Scenery().resolvers("169.254.20.10", "10.0.0.10").knowledge();
    Plan plan =
        Planner.plan(Settings.self(""), Knowledge.ofSelf(knowledge.resolvers()), Plan.EMPTY);
    assertEquals("kube-dns 10.0.0.10:53, node-local-dns 169.254.20.10:53", asked(plan));
    assertEquals(List.of("monitoring/dnsonde-1"), Scenery.vantages(plan));
  }

  private static Scenery scene() {
    return Scenery.of(pod("shop", "web", "10.244.1.2"));
  }

  private static String asked(Plan plan) {
    return plan.probes().stream()
        .map(Probe::server)
        .distinct()
        .map(ServersTest::words)
        .collect(joining(", "));
  }

  private static String words(Server server) {
    return server.name() + " " + server.hostPort();
  }
}
