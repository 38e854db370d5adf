package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory that policies of other kinds take in an agent. */
@Tag("long")
class OtherKindsWeightTest {

  private static final int OBJECTS = 2_000;
  private static final long MOST = 8L << 20;

  /** The heap of an agent with the image's default limit. */
  private static final long HEAP = 26L << 20;

  /** The memory of an object in addition to its content, as {@link Store} counts it. */
  private static final long EACH = 256;

  private static final String CALICO =
      """
      {"metadata": {"namespace": "team-%1$d", "name": "default.policy-%1$d", "generation": %1$d},
       "spec": {"tier": "default", "order": %1$d.5, "types": ["Ingress", "Egress"],
        "selector": "app == 'app-%1$d' && has(tier)",
        "ingress": [{"action": "Allow", "protocol": "TCP",
          "source": {"selector": "role in {'web', 'api'}", "namespaceSelector": "team == 'a'"},
          "destination": {"ports": [8080, "9000:9100"]}}],
        "egress": [
          {"action": "Allow", "protocol": "UDP", "destination": {
            "selector": "k8s-app == 'kube-dns'",
            "namespaceSelector": "projectcalico.org/name == 'kube-system'", "ports": [53]}},
          {"action": "Allow", "destination": {"nets": ["10.%2$d.0.0/16", "192.168.%2$d.0/24"]}},
          {"action": "Deny"}]}}
      """;

  private static final String ADMIN =
      """
      {"metadata": {"name": "policy-%1$d", "generation": %1$d},
       "spec": {"priority": %2$d, "tier": "Admin",
        "subject": {"pods": {"namespaceSelector": {"matchLabels": {"team": "team-%1$d"}},
          "podSelector": {"matchLabels": {"app": "app-%1$d"}}}},
        "egress": [
          {"name": "dns", "action": "Accept", "to": [{"pods": {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}}],
           "protocols": [{"udp": {"destinationPort": {"number": 53}}},
             {"tcp": {"destinationPort": {"number": 53}}}]},
          {"action": "Deny", "to": [{"networks": ["10.%2$d.0.0/16", "192.168.%2$d.0/24"]}]}],
        "ingress": [{"action": "Deny", "from": [{"namespaces": {"matchLabels": {"team": "b"}}}]}]}}
      """;

  @ParameterizedTest
  @CsvSource({
    "crd.projectcalico.org, NetworkPolicy, true",
    "policy.networking.k8s.io, ClusterNetworkPolicy, false"
  })
  void manyTakeLittleMemory(String group, String name, boolean namespaced) throws Exception {
    PolicyKind kind = new PolicyKind(group, name, namespaced);
    List<ForeignPolicy> all = new ArrayList<>(OBJECTS);
    read(new ForeignTranslation(kind), kind, 0); // loads the classes
    ForeignTranslation translation = new ForeignTranslation(kind);
    long before = used();
    for (int i = 0; i < OBJECTS; i++) {
      all.add(read(translation, kind, i));
    }
    long taken = used() - before;
    long counted = all.stream().mapToLong(Weights::of).sum();
    System.out.printf(
        "%d of %s: %d KiB, counted as %d KiB%n", OBJECTS, kind, taken >> 10, counted >> 10);
    assertEquals(OBJECTS, all.size());
    assertFalse(all.getLast().isUnjudged());
    assertTrue(taken < MOST, () -> taken + " octets");
    assertTrue(counted > taken / 2 && counted < taken * 4, () -> counted + " for " + taken);
    assertTrue(
        counted + OBJECTS * EACH <= HEAP / 4, () -> counted + " do not fit into the smallest heap");
  }

  /** The whole process of the cluster's view, run as the image runs an agent. */
  @Test
  void aProcessThatKeepsThemGrowsByLessThanEightMebibytes(@TempDir Path folder) throws Exception {
    try (FakeApiServer server = FakeApiServer.start(0)) {
      SampleObjects.fill(server);
      Path kubeconfig =
          Files.writeString(folder.resolve("config"), HostileTenantTest.kubeconfig(server.url()));
      long usual = least(kubeconfig, "others=0 ");
      server.document(
          "/apis/crd.projectcalico.org/v1",
          """
          {"resources": [{"name": "globalnetworkpolicies", "kind": "GlobalNetworkPolicy"}]}
          """);
      server.document(
          "/apis",
          """
          {"groups": [{"name": "crd.projectcalico.org",
             "versions": [{"groupVersion": "crd.projectcalico.org/v1"}]}]}
          """);
      for (int i = 0; i < OBJECTS; i++) {
        server.put(
            "/apis/crd.projectcalico.org/v1/globalnetworkpolicies",
            CALICO.formatted(i, i % 250).replace("\"namespace\": \"team-" + i + "\", ", ""));
      }
      long more = least(kubeconfig, "others=" + OBJECTS + " ") - usual;
      System.out.printf("%d policies of Calico: %d KiB more resident%n", OBJECTS, more);
      assertTrue(more << 10 < MOST, () -> more + " KiB more");
    }
  }

  /** Returns the least peak of a few runs: a busy machine collects and compiles later. */
  private static long least(Path kubeconfig, String expected) throws Exception {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 3; run++) {
      String said = HostileTenantTest.run(kubeconfig, 0);
      assertTrue(said.contains(expected), said);
      least = Math.min(least, HostileTenantTest.peak(said));
    }
    return least;
  }

  private static ForeignPolicy read(ForeignTranslation translation, PolicyKind kind, int i)
      throws Exception {
    String json = (kind.isOfCalico() ? CALICO : ADMIN).formatted(i, i % 250);
    StreamedObject object =
        new ObjectReader(new StringReader(json)).next(translation.mask()).orElseThrow();
    if (translation.read(object) instanceof Item.Read<ForeignPolicy>(ForeignPolicy policy)) {
      return policy;
    }
    throw new AssertionError("not read: " + json);
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
