package io.github.dnsonde.plan;

import static io.github.dnsonde.plan.PodBuilder.pod;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import java.util.Set;
import java.util.TreeSet;
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
  void serversThatThePodsResolverAsks(
      Pod.Policy policy, String nameservers, String resolvConf, String cluster, String expected) {
    Plan plan =
        Scenery.of(pod("shop", "a", "10.244.1.2").dns(policy, words(nameservers)))
            .resolvers(words(resolvConf))
            .plan(config(cluster), Plan.EMPTY);
    Set<String> inUse =
        plan.probes().stream()
            .filter(Probe::inUse)
            .map(probe -> probe.server().name())
            .collect(toCollection(TreeSet::new));
    assertEquals(12, plan.probes().size(), "every server is asked, in use or not");
    assertEquals(expected, String.join(" ", inUse));
  }

  private static Config config(String clusterDns) {
    return Settings.node("cluster: {dns: [%s]}%n%s".formatted(clusterDns, SERVERS));
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ", -1);
  }
}
