package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PlannedNode.port;
import static io.github.dnsonde.plan.PlannedNode.service;
import static io.github.dnsonde.testkit.PodBuilder.pod;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.testkit.PodBuilder;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServersTest {

  private static final String WITH_CACHE =
      "kube-dns 10.96.0.10:53, node-local-dns 169.254.20.10:53";
  private static final String WITHOUT_CACHE = "kube-dns 10.96.0.10:53";

  @Nested
  class KubeDns {

    @Test
    void isTheFirstClusterIpOfTheService() {
      assertEquals("kube-dns 10.0.0.10:53", asked(dualStack("10.0.0.10")));
    }

    @Test
    void isEachOfItsClusterIpsThatPodsUse() {
      assertEquals("kube-dns 10.0.0.10:53, kube-dns-ipv6 fd00::a:53", asked(dualStack("fd00::a")));
      assertEquals(
          "kube-dns 10.0.0.10:53, kube-dns-ipv6 fd00::a:53",
          asked(dualStack("fd00::a", "10.0.0.10")));
      Service ipv6First = service("kube-dns", List.of("fd00::a", "10.0.0.10"));
      assertEquals(
          "kube-dns fd00::a:53, kube-dns-ipv4 10.0.0.10:53",
          asked(scene().kubeDns(Optional.of(ipv6First)).resolvers("10.0.0.10").plan()));
    }

    @Test
    void aFurtherClusterIpStaysWhenTheServiceIsGoneAndPodsUseIt() {
      Plan before = dualStack("fd00::a");
      assertEquals(
          "kube-dns 10.0.0.10:53, kube-dns-ipv6 fd00::a:53",
          asked(scene().kubeDns(Optional.empty()).resolvers("fd00::a").plan(before)));
    }

    private static Plan dualStack(String... resolvers) {
      return scene()
          .kubeDns(Optional.of(service("kube-dns", List.of("10.0.0.10", "fd00::a"))))
          .resolvers(resolvers)
          .plan();
    }

    @Test
    void isQueriedAtTheUdpPortOfTheService() {
      assertEquals("kube-dns 10.0.0.10:5353", asked(withPorts(port("dns", 5353, Protocol.UDP))));
      assertEquals(
          "kube-dns 10.0.0.10:53",
          asked(withPorts(port("metrics", 9153, Protocol.TCP))),
          "no UDP port");
    }

    @Test
    void isQueriedAtPort53OfSeveral() {
      assertEquals(
          "kube-dns 10.0.0.10:53",
          asked(
              withPorts(
                  port("dns", 5353, Protocol.UDP),
                  port("plain", 53, Protocol.UDP),
                  port("other", 52, Protocol.TCP))));
    }

    @Test
    void isQueriedAtThePortNamedDnsOfSeveral() {
      assertEquals(
          "kube-dns 10.0.0.10:5353",
          asked(withPorts(port("quic", 853, Protocol.UDP), port("dns", 5353, Protocol.UDP))));
    }

    @Test
    void staysWhenTheServiceIsGone() {
      Plan before = withPorts(port("dns", 5353, Protocol.UDP));
      assertEquals(
          "kube-dns 10.0.0.10:5353",
          asked(scene().kubeDns(Optional.empty()).resolvers("10.0.0.10").plan(before)));
    }

    @Test
    void isAResolverOfUnknownKindWithoutAServiceWithAnAddress() {
      PlannedNode without =
          scene().kubeDns(Optional.empty()).resolvers("192.168.0.53", "192.0.2.1");
      String resolvers = "resolver 192.168.0.53:53, resolver-2 192.0.2.1:53";
      assertEquals(resolvers, asked(without.plan()));
      assertEquals(
          resolvers,
          asked(without.kubeDns(Optional.of(service("kube-dns", List.of()))).plan()),
          "a headless Service has no address");
    }

    @Test
    void followsTheServiceOnceItIsKnown() {
      Plan before = scene().kubeDns(Optional.empty()).resolvers("192.168.0.53").plan();
      assertEquals(WITHOUT_CACHE, asked(scene().plan(before)));
    }

    @Test
    void isNotQueriedIfNothingShowsIt() {
      Plan plan = scene().kubeDns(Optional.empty()).resolvers().plan();
      assertEquals("", asked(plan));
      assertEquals(1, plan.candidates().size());
    }

    private static Plan withPorts(Service.Port... ports) {
      return scene()
          .kubeDns(Optional.of(service("kube-dns", List.of("10.0.0.10"), ports)))
          .resolvers("10.0.0.10")
          .plan();
    }
  }

  @Nested
  class NodeLocal {

    @Test
    void isAbsentWithoutAPodAndWithoutAResolver() {
      assertEquals(WITHOUT_CACHE, asked(scene().plan()));
    }

    @Test
    void isPresentWhenItsPodIsOnTheNodeReadyOrNot() {
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
    void isQueriedAtTheConfiguredAddress() {
      PlannedNode plannedNode =
          scene().with(pod("dns", "cache", "192.0.2.1").onHostNetwork().label("app", "nodelocal"));
      assertEquals(
          "kube-dns 10.96.0.10:53, node-local-dns 169.254.25.10:53",
          asked(
              plannedNode.plan(
                  Settings.node(
                      """
                      cluster:
                        kube-dns: {namespace: dns}
                        node-local-dns: {address: 169.254.25.10, selector: {matchLabels: {app: nodelocal}}}
                      """),
                  Plan.EMPTY)));
    }

    @ParameterizedTest(name = "{0}, pod of the cache: {1}, configured {2}: {3}")
    @CsvSource({
      "169.254.20.10,  false, 169.254.20.10, node-local-dns 169.254.20.10",
      "169.254.20.25,  false, 169.254.20.10, node-local-dns 169.254.20.25",
      "169.254.25.10,  false, 169.254.20.10, node-local-dns 169.254.25.10",
      "169.254.10.10,  false, 169.254.20.10, node-local-dns 169.254.10.10",
      "169.254.77.7,   true,  169.254.20.10, node-local-dns 169.254.77.7",
      "169.254.77.7,   false, 169.254.20.10, resolver 169.254.77.7",
      "192.168.77.7,   true,  192.168.77.7,  node-local-dns 192.168.77.7",
      "192.168.77.7,   true,  169.254.20.10, node-local-dns 169.254.20.10:53;resolver 192.168.77.7",
      "169.254.169.254,false, 169.254.20.10, resolver 169.254.169.254",
      "169.254.169.254,true,  169.254.20.10, node-local-dns 169.254.20.10:53;resolver"
          + " 169.254.169.254",
      "169.254.169.253,false, 169.254.20.10, resolver 169.254.169.253",
      "fd20:ce::254,   false, 169.254.20.10, resolver fd20:ce::254",
      "10.96.0.11,     false, 169.254.20.10, resolver 10.96.0.11"
    })
    void aResolverIsTheCacheOnlyWithMoreEvidenceThanItsRange(
        String resolver, boolean pod, String configured, String expected) {
      PlannedNode plannedNode = (pod ? scene().with(cache()) : scene()).resolvers(resolver);
      Plan plan =
          plannedNode.plan(
              Settings.node("cluster: {node-local-dns: {address: %s}}".formatted(configured)),
              Plan.EMPTY);
      assertEquals(
          WITHOUT_CACHE + ", " + expected.replace(";", ", ") + ":53", asked(plan), "servers");
      assertEquals(
          expected.replaceAll(".*;", "").split(" ", -1)[0],
          plan.serversInUse().stream().map(Server::name).collect(joining(" ")),
          "in use");
    }

    @Test
    void allResolversOfPodsAreServers() {
      assertEquals(
          "kube-dns 10.96.0.10:53, node-local-dns 169.254.20.10:53, node-local-dns-2"
              + " 169.254.25.10:53, resolver 10.96.0.11:53, resolver-2 169.254.169.254:53",
          asked(
              scene()
                  .plan(
                      Settings.node(
                          "cluster: {dns: [10.96.0.11, 169.254.20.10, 169.254.169.254,"
                              + " 169.254.25.10, 10.96.0.10]}"),
                      Plan.EMPTY)));
    }

    @Test
    void aPodWithItsOwnNetworkHasNoAddressOfTheCache() {
      PodBuilder redirectedTo =
          pod("kube-system", "node-local-dns-x7k2p", "10.244.1.53")
              .label("k8s-app", "node-local-dns");
      assertEquals(WITHOUT_CACHE, asked(scene().with(redirectedTo).plan()));
    }

    @Test
    void isNotTheServerOfAnAgentWithAnotherDnsPolicy() {
      PodBuilder agent = pod("monitoring", "dnsonde-1", "10.244.1.3").dns(Pod.Policy.DEFAULT);
      assertEquals(
          WITH_CACHE, asked(scene().with(cache(), agent).resolvers("169.254.77.7").plan()));
    }

    @Test
    void keepsItsNameWhenItsPodIsGone() {
      Plan before = scene().with(cache()).resolvers("169.254.77.7").plan();
      assertEquals(asked(before), asked(scene().resolvers("169.254.77.7").plan(before)));
    }

    @Test
    void isTheAddressOfResolvConfRatherThanTheConfiguredOne() {
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

    private final PlannedNode plannedNode =
        scene()
            .endpoint("10.244.2.2", 8053, false)
            .endpoint("10.244.1.9", 53, true)
            .endpoint("10.244.1.9", 53, true);

    @Test
    void areNotQueriedUnlessConfigured() {
      assertEquals(WITHOUT_CACHE, asked(plannedNode.plan()));
    }

    @Test
    void areEachQueriedFromTheAgentAlone() {
      Plan plan = plannedNode.plan(Settings.node(YES), Plan.EMPTY);
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
    void areAlsoQueriedNextToListedServers() {
      assertEquals(
          "dns 192.0.2.53:53, kube-dns-endpoint 10.244.1.9:53, kube-dns-endpoint 10.244.2.2:8053",
          asked(
              plannedNode.plan(
                  Settings.node(YES + "\nservers: [{name: dns, address: 192.0.2.53}]"),
                  Plan.EMPTY)));
    }
  }

  @Test
  void listedServersAreQueriedAsListed() {
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

  @Nested
  class SelfMode {

    @ParameterizedTest(name = "{0} of ClusterFirst: {1}; {2}: {3}")
    @CsvSource({
      "169.254.20.10 10.0.0.10, true, '', kube-dns 10.0.0.10 node-local-dns 169.254.20.10",
      "10.0.0.10 10.0.0.11,     true, '', kube-dns 10.0.0.10 resolver 10.0.0.11",
      "10.0.0.10 fd00::a,       true, '', kube-dns 10.0.0.10 kube-dns-ipv6 fd00::a",
      "fd00::a 10.0.0.10,       true, '', kube-dns fd00::a kube-dns-ipv4 10.0.0.10",
      "169.254.169.254,         true, '', resolver 169.254.169.254",
      "fd20:ce::254,            true, '', resolver fd20:ce::254",
      "127.0.0.1 127.0.0.2,    false, '', resolver 127.0.0.1 resolver-2 127.0.0.2",
      "192.168.1.1,            false, 'cluster: {dns: [10.0.0.10]}', kube-dns 10.0.0.10",
      "192.168.77.7,           false, 'cluster: {node-local-dns: {address: 192.168.77.7}}',"
          + " node-local-dns 192.168.77.7"
    })
    void everyNameserverOfItsPodIsAServer(
        String nameservers, boolean ofClusterFirst, String yaml, String expected) {
      Plan plan = plan(yaml, Set.of(), ofClusterFirst, nameservers.split(" ", -1));
      assertEquals(expected.replaceAll("(\\S+ \\S+) ?", "$1:53, "), asked(plan) + ", ");
      assertEquals(plan.servers(), plan.serversInUse(), "in use");
      assertEquals(List.of("monitoring/dnsonde-1"), PlannedNode.vantages(plan));
    }

    @Test
    void theCacheIsAServerOnceItHasAnswered() {
      Set<InetAddress> answering = Set.of(InetAddress.ofLiteral("169.254.20.10"));
      Plan plan = plan("", answering, true, "10.96.0.10");
      assertEquals(WITHOUT_CACHE, asked(plan("", Set.of(), true, "10.96.0.10")));
      assertEquals(WITH_CACHE, asked(plan));
      assertEquals(
          List.of("kube-dns"),
          plan.serversInUse().stream().map(Server::name).toList(),
          "nothing queries the cache by its own address");
    }

    @Test
    void remarksOnResolvConfAreShown() {
      ResolvConf read = new ResolvConf(ResolverSettings.NONE, List.of("It is odd."));
      PlanInput planInput = PlanInput.ofSelf(read, Set.of());
      assertEquals(
          List.of("It is odd."), Planner.plan(Settings.self(""), planInput, Plan.EMPTY).remarks());
      assertEquals(
          List.of(),
          Planner.plan(Settings.self("cluster: {dns: [10.0.0.10]}"), planInput, Plan.EMPTY)
              .remarks());
    }

    private static Plan plan(
        String yaml, Set<InetAddress> answering, boolean ofClusterFirst, String... nameservers) {
      ResolvConf cluster = PlannedNode.resolvConf(nameservers);
      ResolverSettings plain =
          new ResolverSettings(cluster.nameservers(), List.of("example.com"), List.of());
      PlanInput planInput =
          PlanInput.ofSelf(ofClusterFirst ? cluster : new ResolvConf(plain, List.of()), answering);
      return Planner.plan(Settings.self(yaml), planInput, Plan.EMPTY);
    }
  }

  private static PlannedNode scene() {
    return PlannedNode.of(pod("shop", "web", "10.244.1.2"));
  }

  private static String asked(Plan plan) {
    return plan.probes().stream()
        .map(Probe::server)
        .distinct()
        .map(ServersTest::words)
        .collect(joining(", "));
  }

  private static String words(Server server) {
    return server.name() + " " + Addresses.text(server.address()) + ":" + server.port();
  }
}
