package io.github.dnsonde.plan;

import static io.github.dnsonde.testkit.PodBuilder.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.testkit.PodBuilder;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PodResolvConfTest {

  private static final String SEARCH =
      "monitoring.svc.cluster.example svc.cluster.example cluster.example eu.example.net";

  @Test
  void aPodOfClusterFirstGetsItsNamespaceAndTheNodesSearchList() {
    assertEquals(
        "10.96.0.10; search shop.svc.cluster.example svc.cluster.example cluster.example"
            + " eu.example.net; options ndots:5",
        words(file(new Pod.Dns(Pod.Policy.CLUSTER_FIRST, ResolverSettings.NONE))));
  }

  @Test
  void dnsConfigIsAppendedAndItsOptionsReplaceOthers() {
    ResolverSettings config =
        settings("192.0.2.53 10.96.0.10", "corp.example.com cluster.example", "ndots:2 use-vc");
    assertEquals(
        "10.96.0.10 192.0.2.53; search shop.svc.cluster.example svc.cluster.example"
            + " cluster.example eu.example.net corp.example.com; options ndots:2 use-vc",
        words(file(new Pod.Dns(Pod.Policy.CLUSTER_FIRST, config))));
  }

  @Test
  void policyNoneHasNothingButDnsConfig() {
    ResolverSettings config = settings("192.0.2.53", "corp.example.com", "ndots:1");
    assertEquals(
        "192.0.2.53; search corp.example.com; options ndots:1",
        words(file(new Pod.Dns(Pod.Policy.NONE, config))));
  }

  @Test
  void theNodesOwnFileIsUnknown() {
    PodResolvConf.Unknown unknown =
        assertInstanceOf(
            PodResolvConf.Unknown.class,
            file(new Pod.Dns(Pod.Policy.DEFAULT, settings("192.0.2.53", "", ""))));
    assertTrue(unknown.why().contains("dnsPolicy Default"), unknown::why);
  }

  @Test
  void limitsOfTheKubelet() {
    List<String> domains =
        IntStream.range(0, 32).mapToObj(i -> "a".repeat(60) + "." + "b".repeat(30) + i).toList();
    ResolverSettings config =
        settings("192.0.2.1 192.0.2.2 192.0.2.3", String.join(" ", domains), "");
    PodResolvConf.Known known =
        assertInstanceOf(
            PodResolvConf.Known.class, file(new Pod.Dns(Pod.Policy.CLUSTER_FIRST, config)));
    assertEquals(3, known.settings().nameservers().size());
    int length = String.join(" ", known.settings().search()).length();
    assertTrue(length <= 2048 && length > 2048 - 95, "search list of " + length);
  }

  @Test
  void withoutTheAgentsOwnFileTheDomainIsAssumed() {
    PodResolvConf.Known known =
        assertInstanceOf(
            PodResolvConf.Known.class,
            file(
                pod("shop", "web", "10.244.1.2").build(),
                Settings.node("cluster: {dns: [10.96.0.10]}"),
                ResolvConf.EMPTY));
    assertEquals("svc.cluster.local", known.settings().search().get(1));
    assertEquals(2, known.unknown().size(), known::toString);
  }

  @Test
  void onePodOfEachNamespaceLooksUp() {
    PodBuilder other = pod("legacy", "old", "10.244.1.9").dns(Pod.Policy.DEFAULT);
    Plan plan =
        PlannedNode.of(
                pod("shop", "a", "10.244.1.2").label("app", "a"),
                pod("shop", "b", "10.244.1.3").label("app", "b"),
                pod("bank", "c", "10.244.1.4"),
                other,
                pod("bare", "d", "10.244.1.5").dns(Pod.Policy.NONE))
            .plan(Settings.node("questions: [{name: api.github.com., lookup: glibc}]"), Plan.EMPTY);
    assertEquals(
        List.of("bank", "shop"),
        plan.lookups().stream().map(lookup -> lookup.vantage().namespace()).toList());
    Lookup lookup = plan.lookups().getFirst();
    assertEquals("api.github.com", lookup.name());
    assertEquals("kube-dns", lookup.servers().getFirst().name());
    assertEquals(
        List.of("no lookups from bare: its dns", "no lookups from legacy: dns"),
        plan.remarks().stream()
            .filter(each -> each.startsWith("no lookups"))
            .map(each -> each.substring(0, each.indexOf("dns") + 3))
            .sorted()
            .toList(),
        "one for each reason");
  }

  @Test
  void withoutTheKeyNothingIsLookedUp() {
    Plan plan = PlannedNode.of(pod("shop", "a", "10.244.1.2")).plan();
    assertEquals(List.of(), plan.lookups());
  }

  private static PodResolvConf file(Pod.Dns dns) {
    PodBuilder builder = pod("shop", "web", "10.244.1.2");
    Pod pod = builder.dns(dns).build();
    ResolvConf own = new ResolvConf(settings("10.96.0.10", SEARCH, "ndots:5"), List.of());
    return file(pod, Settings.node(""), own);
  }

  private static PodResolvConf file(Pod pod, Config config, ResolvConf own) {
    PlanInput planInput = PlanInput.ofNode(ClusterView.EMPTY, NetworkSurvey.NONE, own);
    return PodResolvConf.of(pod.namespace(), pod.dns(), PodResolvConf.Given.of(config, planInput));
  }

  private static String words(PodResolvConf file) {
    return assertInstanceOf(PodResolvConf.Known.class, file).settings().words();
  }

  private static ResolverSettings settings(String nameservers, String search, String options) {
    return ResolverSettings.of(
        items(nameservers).map(InetAddress::ofLiteral).toList(), items(search), items(options));
  }

  private static Stream<String> items(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty());
  }
}
