package io.github.dnsonde.plan;

import static io.github.dnsonde.testkit.PodBuilder.pod;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InUseTest {

  private static final String SERVERS =
      """
      servers:
        - {name: kube-dns, address: 10.96.0.10}
        - {name: node-local-dns, address: 169.254.20.10}
        - {name: corporate, address: 192.0.2.53}
      """;

  @ParameterizedTest(name = "{0}, dnsConfig {1}, resolv.conf {2}, cluster.dns {3}: {4}")
  @CsvSource({
    "CLUSTER_FIRST, '',            10.96.0.10,               '',            kube-dns",
    "CLUSTER_FIRST, '',            169.254.20.10,            '',            node-local-dns",
    "CLUSTER_FIRST, '',            169.254.20.10 10.96.0.10, '',            kube-dns"
        + " node-local-dns",
    "CLUSTER_FIRST, '',            10.96.0.10,               169.254.20.10, node-local-dns",
    "CLUSTER_FIRST, 192.0.2.53,    10.96.0.10,               '',            corporate kube-dns",
    "CLUSTER_FIRST, '',            '', '',            corporate kube-dns node-local-dns",
    "CLUSTER_FIRST, 192.0.2.53,    '', '',            corporate kube-dns node-local-dns",
    "CLUSTER_FIRST, '',            203.0.113.9,              '',            ''",
    "DEFAULT,       '',            10.96.0.10,               '',            ''",
    "DEFAULT,       '',            '',                       '',            ''",
    "DEFAULT,       192.0.2.53,    10.96.0.10,               '',            corporate",
    "NONE,          192.0.2.53,    10.96.0.10,               '',            corporate",
    "NONE,          169.254.20.10, '',                       '',            node-local-dns",
    "NONE,          203.0.113.9,   10.96.0.10,               '',            ''"
  })
  void serversThatThePodsResolverQueries(
      Pod.Policy policy, String nameservers, String resolvConf, String cluster, String expected) {
    Plan plan =
        PlannedNode.of(pod("shop", "a", "10.244.1.2").dns(policy, words(nameservers)))
            .resolvers(words(resolvConf))
            .plan(config(cluster), Plan.EMPTY);
    Set<String> inUse =
        plan.probes().stream()
            .filter(Probe::inUse)
            .map(probe -> probe.server().name())
            .collect(toCollection(TreeSet::new));
    assertEquals(12, plan.probes().size(), "every server is queried, in use or not");
    assertEquals(expected, String.join(" ", inUse));
  }

  @ParameterizedTest(name = "the agent''s own dnsPolicy {0}, dnsConfig {1}, resolv.conf {2}: {3}")
  @CsvSource({
    "CLUSTER_FIRST, '',         10.96.0.10,            kube-dns",
    "CLUSTER_FIRST, 192.0.2.53, 10.96.0.10 192.0.2.53, kube-dns",
    "CLUSTER_FIRST, 10.96.0.10, 10.96.0.10,            kube-dns",
    "DEFAULT,       '',         192.0.2.53,            corporate kube-dns node-local-dns",
    "NONE,          192.0.2.53, 192.0.2.53,            corporate kube-dns node-local-dns"
  })
  void theAgentsOwnPodShowsTheServersOfOthersOnlyWithTheSamePolicy(
      Pod.Policy policy, String nameservers, String resolvConf, String expected) {
    Plan plan =
        PlannedNode.of(
                pod("shop", "a", "10.244.1.2"),
                pod("monitoring", "dnsonde-1", "10.244.1.3").dns(policy, words(nameservers)))
            .resolvers(words(resolvConf))
            .plan(config(""), Plan.EMPTY);
    assertEquals(
        expected,
        plan.probes().stream()
            .filter(probe -> probe.vantage().namespace().equals("shop") && probe.inUse())
            .map(probe -> probe.server().name())
            .distinct()
            .sorted()
            .collect(joining(" ")));
    assertEquals(
        policy != Pod.Policy.CLUSTER_FIRST,
        plan.remarks().stream()
            .anyMatch(remark -> remark.startsWith("The agent's own pod has another")),
        () -> plan.remarks().toString());
  }

  @Test
  void theSettingsOfAPodsResolverAreShown() {
    Plan plan =
        PlannedNode.of(
                pod("shop", "a", "10.244.1.2").dns(Pod.Policy.NONE, "10.96.0.10"),
                pod("shop", "b", "10.244.1.3").dns(Pod.Policy.DEFAULT),
                pod("bank", "c", "10.244.1.4"))
            .plan();
    assertEquals(
        List.of(
            "c ClusterFirst [] [kube-dns]", "a None [/10.96.0.10] [kube-dns]", "b Default [] []"),
        plan.candidates().stream()
            .map(
                candidate ->
                    candidate.pod()
                        + " "
                        + candidate.resolver().policy()
                        + " "
                        + candidate.resolver().config().nameservers()
                        + " "
                        + candidate.resolver().servers())
            .toList());
  }

  private static Config config(String clusterDns) {
    return Settings.node("cluster: {dns: [%s]}%n%s".formatted(clusterDns, SERVERS));
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ", -1);
  }
}
