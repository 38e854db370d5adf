package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.testkit.PodBuilder;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running agent whose pod's owner declares that it needs no DNS. */
@Timeout(60)
class DeclaredAgentTest {

  private static final InetAddress NOBODY = InetAddress.ofLiteral("127.96.13.99");
  private static final String CONFIG =
      """
      mode: self
      vantage: {namespace: shop, workload: web, pod: web-0, node: node-a}
      servers: [{name: kube-dns, address: "127.96.13.1", port: 9}]
      schedule: {period: 1s, timeout: 900ms, late: 500ms}
      cluster: {owner-label: team}
      """;

  @TempDir private Path folder;

  @Test
  void itsFailuresAreExpectedUntilTheDeclarationEnds() throws Exception {
    Cluster cluster = new Cluster(new SelfMode(folder.resolve("resolv.conf"), NOBODY));
    cluster.view = view(Optional.empty());
    try (RunningAgent agent = RunningAgent.start(folder, CONFIG, _ -> cluster)) {
      agent.await(
          "queries fail",
          () -> !agent.samples("dnsonde_probe_failures_total", "port_unreachable").isEmpty());
      agent.await("it is known", () -> agent.said(0, "explain").contains("no_dns_declared"));
      String explained = agent.said(0, "explain", "shop");
      assertTrue(explained.contains("- Owned by: team-a"), explained);
      assertTrue(explained.contains("- Namespace shop: no lookups."), explained);
      String status = agent.said(0, "status");
      assertTrue(status.contains("expected"), status);
      assertFalse(status.contains("unanswered"), status);
      assertEquals(
          List.of("dnsonde_namespace_expected_no_dns{source_namespace=\"shop\"} 1.0"),
          agent.samples("dnsonde_namespace_expected_no_dns"));
      assertEquals(
          List.of("dnsonde_namespace_owner{owner=\"team-a\",source_namespace=\"shop\"} 1.0"),
          agent.samples("dnsonde_namespace_owner"));
      assertEquals(List.of(), agent.samples("dnsonde_path_unanswered"));
      assertEquals(0, agent.logged("level=WARN"), agent::log);

      cluster.view = view(Optional.of(Instant.now().minus(Duration.ofMinutes(1))));
      agent.await("it fails", () -> agent.run(new StringWriter(), "status") == 1);
      agent.await("it is said", () -> agent.logged("declaration_expired") == 1);
      assertEquals(List.of(), agent.samples("dnsonde_namespace_expected_no_dns"));
    }
  }

  private static ClusterView view(Optional<Instant> until) {
    Pod pod = PodBuilder.pod("shop", "web-0").on("node-a").build();
    return new ClusterView(
            Map.of("shop", new Labels(Map.of("team", "team-a"))),
            List.of(pod),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            OtherPolicies.NONE,
            OptionalInt.empty())
        .with(
            new Declarations(
                List.of(
                    new Declaration.NoDns(
                        new Declaration.Holder("shop", Optional.empty()),
                        LabelSelector.EVERYTHING,
                        "no lookups",
                        until))));
  }

  /** Mode self, and a view of a cluster. */
  private static final class Cluster implements AgentMode {
    private final SelfMode self;
    private volatile ClusterView view = ClusterView.EMPTY;

    Cluster(SelfMode self) {
      this.self = self;
    }

    @Override
    public Assignment assignment(Config config, Plan before) {
      return self.assignment(config, before);
    }

    @Override
    public ClusterView cluster() {
      return view;
    }
  }
}
