package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The webhook's picture of a cluster, by its watches. */
@Timeout(30)
class AdmissionObjectsTest {

  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";
  private static final NamespacedName KUBE_DNS = new NamespacedName("kube-system", "kube-dns");

  private static final Timing QUICK =
      new Timing(
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          Duration.ofSeconds(20),
          Duration.ZERO,
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(10));

  @TempDir private Path folder;

  private final FakeTicker ticker = new FakeTicker();
  private FakeApiServer server;
  private ApiServer client;
  private AdmissionObjects objects;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    Path kubeconfig =
        Files.writeString(folder.resolve("config"), FakeApiServer.kubeconfig(server.url()));
    client = new ApiServer(Credentials.kubeconfig(kubeconfig, Optional.empty()).client(), QUICK);
    for (String name : List.of("kube-system", "shop", "other")) {
      server.put(
          "/api/v1/namespaces",
          """
          {"metadata": {"name": "%s", "labels": {"kubernetes.io/metadata.name": "%s", "a": "b"}}}
          """
              .formatted(name, name));
    }
    server.put(
        "/api/v1/services",
        """
        {"metadata": {"namespace": "kube-system", "name": "kube-dns"}, "spec": {"clusterIP":
         "10.96.0.10", "selector": {"k8s-app": "kube-dns"}, "ports": [{"name": "dns", "port": 53,
         "targetPort": "dns", "protocol": "UDP"}]}}
        """);
    policy("deny");
    pod("kube-system", "coredns", "{\"k8s-app\": \"kube-dns\"}", "");
    pod("shop", "web", "{\"app\": \"web\"}", "");
    pod("shop", "node", "{}", "\"hostNetwork\": true,");
    pod(
        "shop",
        "host-first",
        "{}",
        "\"hostNetwork\": true, \"dnsPolicy\": \"ClusterFirstWithHostNet\",");
    pod(
        "shop",
        "own",
        "{}",
        "\"dnsPolicy\": \"None\", \"dnsConfig\": {\"nameservers\": [\"192.0.2.1\"],"
            + " \"searches\": [\"a.test\"]}, \"runtimeClassName\": \"kata\",");
    objects = new AdmissionObjects(client, QUICK, ticker, KUBE_DNS);
  }

  @AfterEach
  void stop() {
    objects.close();
    server.close();
  }

  private void policy(String name) {
    server.put(
        POLICIES,
        """
        {"metadata": {"namespace": "shop", "name": "%s", "annotations":
          {"dnsonde.github.io/expect": "no-dns", "dnsonde.github.io/expect-reason": "x"}, "creationTimestamp": "2026-01-02T00:00:00Z"},
         "spec": {"podSelector": {}, "policyTypes": ["Egress"]}}
        """
            .formatted(name));
  }

  /** A pod with every field that is read of pods. */
  private void pod(String namespace, String name, String labels, String spec) {
    server.put(
        "/api/v1/pods",
        """
        {"metadata": {"namespace": "%s", "name": "%s", "labels": %s,
           "creationTimestamp": "2026-11-22T10:00:00Z", "ownerReferences":
           [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "controller": true}]},
         "spec": {"nodeName": "n1", %s "serviceAccountName": "robot", "containers":
           [{"ports": [{"containerPort": 53, "name": "dns", "protocol": "UDP"}]}]},
         "status": {"phase": "Running", "startTime": "2026-11-22T10:00:01Z",
           "podIPs": [{"ip": "10.244.0.5"}, {"ip": "fd00::5"}],
           "conditions": [{"type": "Ready", "status": "True"}]}}
        """
            .formatted(namespace, name, labels, spec));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  /** The judgement is that of lint, so it must see the same. */
  @Test
  void itSeesWhatLintSees() throws Exception {
    objects.start(_ -> {});
    await(objects::ready);
    ClusterSnapshot lint =
        new SnapshotReading(
                client,
                new SnapshotReader.Wanted(Set.of("shop"), false, Optional.of("kube-system")))
            .snapshot();
    ClusterView one = objects.around("shop").view();
    ClusterView other = lint.view();
    assertEquals(
        sorted(other.pods()).stream().map(AdmissionObjectsTest::slim).toList(), sorted(one.pods()));
    assertEquals(5, one.pods().size());
    assertEquals(Optional.of("robot"), one.pods().getFirst().serviceAccount());
    assertEquals(other.dnsPods().stream().map(AdmissionObjectsTest::slim).toList(), one.dnsPods());
    assertEquals(other.policies(), one.policies());
    assertEquals(List.of("deny"), one.policies().stream().map(NetworkPolicy::name).toList());
    assertEquals(other.kubeDns(), one.kubeDns());
    assertEquals(other.declarations(), one.declarations());
    assertEquals(1, one.declarations().all().size());
    assertEquals(other.foreignPolicies(), one.foreignPolicies());
    assertEquals(other.namespaces().get("shop"), one.namespaces().get("shop"));
    assertEquals(other.namespaces().get("kube-system"), one.namespaces().get("kube-system"));
    assertEquals(lint.cache(), objects.around("shop").cache());
  }

  private static List<Pod> sorted(List<Pod> pods) {
    return pods.stream().sorted(Comparator.comparing(Pod::name)).toList();
  }

  /** The parts that no policy looks at are left out: how a pod started, and its runtime. */
  private static Pod slim(Pod pod) {
    return new Pod(
        pod.namespace(),
        pod.name(),
        pod.node(),
        pod.owner(),
        pod.labels(),
        pod.addresses(),
        pod.hostNetwork(),
        Optional.empty(),
        pod.phase(),
        pod.ready(),
        pod.deleting(),
        pod.created(),
        Optional.empty(),
        pod.dns(),
        pod.ports(),
        Pod.Starts.UNKNOWN,
        pod.serviceAccount());
  }

  /** An old picture must not refuse anything: the allow may be there by now. */
  @Test
  void aWatchThatFailsForAMinuteMakesThePictureOld() throws Exception {
    objects.start(_ -> {});
    await(objects::ready);
    await(() -> server.watches(POLICIES) == 1);
    AtomicBoolean revoked = new AtomicBoolean(true);
    server.refuse(
        request -> revoked.get() && request.collection().equals(POLICIES), Integer.MAX_VALUE, 403);
    server.endWatches(POLICIES);
    await(() -> objects.errors().getOrDefault("networkpolicies", 0L) > 1); // since the first one
    ticker.advance(Duration.ofSeconds(59));
    assertTrue(objects.ready(), "an API server may restart");
    ticker.advance(Duration.ofSeconds(1));
    assertFalse(objects.ready());
    revoked.set(false);
    await(objects::ready);
  }
}
