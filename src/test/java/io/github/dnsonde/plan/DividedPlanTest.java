package io.github.dnsonde.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.divide.ClassWork;
import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.report.ClassKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The probes that a division leaves, and the work of the whole plan. */
class DividedPlanTest {

  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final Server KUBE_DNS = server("kube-dns", "10.96.0.10");
  private static final Server CACHE = server("node-local-dns", "169.254.20.10");
  private static final Server OTHER = server("resolver", "192.0.2.53");
  private static final ClassKey SHOP = new ClassKey("shop", "default-deny");
  private static final ClassKey PAY = new ClassKey("pay", "-");

  private final Vantage shop = vantage("shop");
  private final Vantage pay = vantage("pay");

  @Test
  void onlyQueriesToServersOffTheNodeCount() {
    NodeWork work = divided(KUBE_DNS, CACHE).work(PERIOD, "zone", Set.of(PAY), 1.5, 7);
    assertEquals(
        Set.of(new ClassWork(SHOP, 4, 2, false), new ClassWork(PAY, 4, 2, true)),
        Set.copyOf(work.classes()));
    assertEquals(0, work.other());
    assertEquals("node", work.node());
  }

  @Test
  void aCoreVantageKeepsAllProbesAndABackgroundVantageOneNameOverEachTransport() {
    Plan plan = divided(KUBE_DNS, CACHE).plan(shopIsCore());
    assertEquals(new Role.Core(1, 3), plan.role(shop));
    assertEquals(Role.BACKGROUND, plan.role(pay));
    assertEquals(8, probes(plan, shop).size());
    List<Probe> background = probes(plan, pay);
    assertEquals(4, background.size());
    assertEquals(
        Set.of("kubernetes.default.svc.cluster.local."),
        Set.copyOf(background.stream().map(probe -> probe.question().name()).toList()));
    assertEquals(
        2,
        background.stream().filter(probe -> probe.question().transport() == Transport.TCP).count());
  }

  @Test
  void aBackgroundVantageQueriesTwoServersAtMostThoseInUseFirst() {
    List<Probe> background = probes(divided(OTHER, CACHE, KUBE_DNS).plan(shopIsCore()), pay);
    assertEquals(4, background.size(), "four series at most");
    assertTrue(background.stream().anyMatch(probe -> probe.server().equals(KUBE_DNS)));
  }

  @Test
  void theWholePlanStaysAsItIs() {
    Plan plan =
        divided(KUBE_DNS, CACHE).plan(new NodeDivision(5, true, Duration.ofMinutes(5), Map.of()));
    assertEquals(16, plan.probes().size());
    assertTrue(plan.isCore(pay) && plan.isCore(shop));
    assertEquals(Set.of(CACHE), plan.onNode());
  }

  @Test
  void endpointsAreCountedApartAndTakeTurnsAmongNodes() {
    Vantage agent = new Vantage("dnsonde", "dnsonde", "dnsonde-x", "node", Vantage.ANY);
    Server endpoint = server(Servers.KUBE_DNS_ENDPOINT, "10.1.2.3");
    List<Probe> all = new ArrayList<>(plan(KUBE_DNS, CACHE).probes());
    questions().forEach(question -> all.add(new Probe(agent, endpoint, question, false)));
    DividedPlan divided = new DividedPlan("node", cache(), new Plan(all, candidates()));
    assertEquals(4 / 300.0, divided.work(PERIOD, "", Set.of(), 0, 0).other(), 1e-9);
    assertTrue(divided.plan(shopIsCore()).role(agent) instanceof Role.Core(_, int of) && of == 30);
  }

  private static NodeDivision shopIsCore() {
    return new NodeDivision(1, false, Duration.ofMinutes(5), Map.of(SHOP, new Role.Core(1, 3)));
  }

  private static List<Probe> probes(Plan plan, Vantage vantage) {
    return plan.probes().stream().filter(probe -> probe.vantage().equals(vantage)).toList();
  }

  private DividedPlan divided(Server... servers) {
    return new DividedPlan("node", cache(), plan(servers));
  }

  private static NodeCache cache() {
    return new NodeCache(List.of(), Set.of(CACHE.address()));
  }

  private Plan plan(Server... servers) {
    return new Plan(
        Stream.of(shop, pay)
            .flatMap(
                vantage ->
                    Stream.of(servers)
                        .flatMap(
                            server ->
                                questions()
                                    .map(
                                        question ->
                                            new Probe(
                                                vantage,
                                                server,
                                                question,
                                                server.equals(KUBE_DNS)))))
            .toList(),
        candidates());
  }

  private static List<Candidate> candidates() {
    return List.of(candidate(SHOP), candidate(PAY));
  }

  private static Stream<Question> questions() {
    return Stream.of("kubernetes.default.svc.cluster.local.", "example.com.")
        .flatMap(
            name ->
                Stream.of(Transport.values())
                    .map(
                        transport ->
                            new Question(
                                name,
                                RecordType.A,
                                transport,
                                Scope.of(name),
                                Expectation.ANY_RECORD)));
  }

  private static Candidate candidate(ClassKey key) {
    return new Candidate(
        key.namespace(), "web", "web-0", Optional.empty(), key.policyClass(), VantageStatus.CHOSEN);
  }

  private static Vantage vantage(String namespace) {
    return new Vantage(namespace, "web", "web-0", "node", Vantage.ANY);
  }

  private static Server server(String name, String address) {
    return new Server(name, InetAddress.ofLiteral(address), 53);
  }
}
