package io.github.dnsonde.agent;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.agent.AgentOnNode.Settings;
import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The largest NetworkPolicy that a real API server stores, and fifty large ones, applied by a
 * tenant while an agent runs as in its image. The policy engine of the test cluster is stopped
 * meanwhile, because it would render them.
 */
@Timeout(900)
@Tag("cluster")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = TestCluster.VARIABLE, mode = ResourceAccessMode.READ)
class LargestPolicyIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String TENANT = "large-policies";

  private static final long MORE_KIB = 16 * 1024;

  @TempDir private Path folder;
  private TestCluster cluster;
  private boolean changed;

  @BeforeEach
  void start() throws Exception {
    cluster = TestCluster.up();
    changed = true;
    PodsOnNodes.run(cluster, List.of(TENANT));
    cluster.stop("netpol");
  }

  @AfterEach
  void stop() throws Exception {
    if (!changed) {
      return; // there is no cluster here
    }
    cluster.kubectl("delete", "networkpolicy", "-n", TENANT, "--all", "--timeout=120s");
    PodsOnNodes.remove(cluster, List.of(TENANT));
    cluster.start("netpol");
  }

  @Test
  void anAgentGoesOnWithBoundedMemory() throws Exception {
    AgentOnNode first =
        AgentOnNode.start(
            cluster, "node1", folder, Settings.ofAdministrator(cluster, "node1").asInImage());
    try {
      first.await(LIMIT, () -> first.page().asked().contains(TENANT), "the tenant is probed");
      assertEquals(0, first.page().lines("dnsonde_policy_verdict", TENANT, "unknown").size());
      first.await(
          LIMIT, () -> first.page().asked(TENANT) > 5 * 8, "five rounds, for its usual memory");
      long usual = first.peakMemory();
      int ports = largest();
      first.await(
          LIMIT,
          () -> !first.page().lines("dnsonde_policy_verdict", TENANT, "unknown").isEmpty(),
          "its verdict is unknown");
      for (int from = 0; from < 50; from += 10) {
        cluster.create(
            IntStream.range(from, from + 10)
                .mapToObj(number -> policy("large-" + number, many(20_000, "{\"port\": %d}")))
                .collect(joining("\n---\n")));
      }
      first.await(
          LIMIT,
          () -> first.page().text().contains("dnsonde_vantages"),
          "it answers after fifty more");
      AgentOnNode second =
          AgentOnNode.start(
              cluster, "node2", folder, Settings.ofAdministrator(cluster, "node2").asInImage());
      try {
        second.await(
            LIMIT,
            () -> !second.page().lines("dnsonde_policy_verdict", TENANT, "unknown").isEmpty(),
            "one that starts with all of them also probes");
        double asked = first.page().asked(TENANT);
        first.await(LIMIT, () -> first.page().asked(TENANT) > asked, "the first one still probes");
        long most = Math.max(first.peakMemory(), second.peakMemory());
        System.out.printf(
            "largest policy: %d ports; memory usually %d KiB, with it and 50 of 0.6 MB %d and %d"
                + " KiB%n",
            ports, usual, first.peakMemory(), second.peakMemory());
        assertTrue(most < usual + MORE_KIB, () -> usual + " KiB became " + most);
      } finally {
        second.end();
      }
    } finally {
      first.end();
    }
  }

  /** Applies one of the largest policies that the API server stores, and returns its ports. */
  private int largest() throws IOException {
    int ports = 240_000;
    assertFalse(isTaken(ports), "more than an API server stores");
    do {
      ports -= 6_000;
      assertTrue(ports > 160_000, "a large policy is stored");
    } while (!isTaken(ports));
    return ports;
  }

  private boolean isTaken(int ports) throws IOException {
    try {
      cluster.create(policy("largest", many(ports, "{}")));
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static String policy(String name, String ports) {
    return """
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
     "metadata": {"name": "%s", "namespace": "%s"},
     "spec": {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"],
       "egress": [{"ports": [%s]}]}}
    """
        .formatted(name, TENANT, ports);
  }

  private static String many(int count, String element) {
    return IntStream.rangeClosed(1, count).mapToObj(element::formatted).collect(joining(","));
  }
}
