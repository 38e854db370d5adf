package io.github.dnsonde.kube;

import static io.github.dnsonde.kube.SampleObjects.NAMESPACES;
import static io.github.dnsonde.kube.SampleObjects.PODS;
import static io.github.dnsonde.kube.SampleObjects.POLICIES;
import static io.github.dnsonde.kube.SampleObjects.SERVICES;
import static io.github.dnsonde.kube.SampleObjects.SLICES;
import static io.github.dnsonde.kube.SampleObjects.namespace;
import static io.github.dnsonde.kube.SampleObjects.pod;
import static io.github.dnsonde.kube.SampleObjects.policy;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.FakeTicker;
import io.kubernetes.client.util.ClientBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Namespaces as the controller reads them while something fails. */
@Timeout(60)
class NamespaceReaderTest {

  private static final Set<String> BOTH = Set.of("pay", "shop");

  private final FakeTicker ticker = new FakeTicker();
  private FakeApiServer server;
  private NamespaceReader reader;
  private Optional<String> gapOfOthers = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    SampleObjects.fill(server);
    server.put(NAMESPACES, namespace("kube-system"));
    for (String name : List.of("pay", "shop")) {
      server.put(NAMESPACES, namespace(name));
      server.put(PODS, pod(name, "web-1", "node-1", "10.244.1.9"));
      server.put(POLICIES, policy(name, "deny", "{}"));
    }
    reader =
        new NamespaceReader(
            new ApiServer(
                new ClientBuilder().setBasePath(server.url()).build(), ObservedCluster.QUICK),
            new NamespacedName("kube-system", "kube-dns"),
            (_, _) -> new NamespaceReader.Others(OtherPolicies.NONE, gapOfOthers),
            ticker);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void onlyWhatIsAddedOrAskedForIsRead() throws IOException {
    reader.view(Set.of("shop"), Set.of());
    int before = lists(POLICIES);
    ClusterView view = reader.view(BOTH, Set.of()).view();
    assertEquals(List.of("pay/deny", "shop/deny"), policies(view));
    assertEquals(before + 1, lists(POLICIES), "that of pay");
    server.put(POLICIES, policy("shop", "more", "{}"));
    server.put(POLICIES, policy("pay", "more", "{}"));
    assertEquals(
        List.of("pay/deny", "shop/deny", "shop/more"),
        policies(reader.view(BOTH, Set.of("shop")).view()));
    assertEquals(1, lists(SERVICES), "the cluster's DNS was not asked for");
    reader.view(BOTH, Set.of("kube-system"));
    assertEquals(2, lists(SERVICES));
    assertSame(ClusterView.EMPTY, reader.view(Set.of(), Set.of()).view());
    assertEquals(
        List.of("pay/deny", "pay/more"), policies(reader.view(Set.of("pay"), Set.of()).view()));
  }

  /** A missing permission, for example: it concerns one list, and must not hide other causes. */
  @Test
  void aRefusedListIsAGap() throws IOException {
    server.refuse(listing(POLICIES, "pay"), Integer.MAX_VALUE, 403);
    server.refuse(listing(PODS, "kube-system"), Integer.MAX_VALUE, 403);
    server.refuse(listing(SLICES, "kube-system"), Integer.MAX_VALUE, 403);
    NamespaceReader.Reading reading = reader.view(BOTH, Set.of());
    ClusterView view = reading.view();
    assertAll(
        () -> assertEquals(List.of("shop/deny"), policies(view)),
        () -> assertEquals(Set.of("pay"), view.gaps().policies().keySet()),
        () ->
            assertEquals(
                Set.of(
                    ClusterResource.PODS,
                    ClusterResource.DNS_PODS,
                    ClusterResource.ENDPOINT_SLICES),
                view.gaps().resources().keySet()),
        () ->
            assertEquals(List.of("pay", "shop"), view.pods().stream().map(Pod::namespace).toList()),
        () ->
            assertTrue(
                reading.trouble().orElse("").contains("403"), () -> reading.trouble().toString()));
  }

  @Test
  void anOverloadedServerIsLeftAloneAndWhatWasReadIsKept() throws IOException {
    reader.view(Set.of("shop"), Set.of());
    int before = server.requests(_ -> true).size();
    server.refuse(_ -> true, Integer.MAX_VALUE, 429);
    NamespaceReader.Reading reading = reader.view(BOTH, Set.of("shop", "kube-system"));
    assertEquals(before + 1, server.requests(_ -> true).size());
    assertEquals(List.of("shop/deny"), policies(reading.view()));
    assertEquals(Set.of("pay"), reading.view().gaps().policies().keySet());
    assertEquals(Set.of("pay"), reading.view().gaps().labels());
    assertTrue(reading.view().kubeDns().isPresent());
    assertTrue(reading.trouble().orElse("").contains("429"), () -> reading.trouble().toString());
  }

  /** A turn that takes minutes would restart the controller. */
  @Test
  void noListBeginsAfterAMinute() throws IOException {
    server.fail(
        listing(PODS, "kube-system"),
        1,
        exchange -> {
          ticker.advance(NamespaceReader.LONGEST);
          FakeApiServer.send(exchange, 403, "{\"kind\": \"Status\", \"code\": 403}");
        });
    ClusterView view = reader.view(BOTH, Set.of()).view();
    assertEquals(BOTH, view.gaps().policies().keySet());
    assertEquals(List.of(), policies(view));
    assertEquals(List.of("pay/deny", "shop/deny"), policies(reader.view(BOTH, BOTH).view()));
  }

  /** Each reading has the time for one namespace, and the cluster's DNS is one of them. */
  @Test
  void whatAReadingDidNotReachIsReadNext() throws IOException {
    server.refuse(
        request -> {
          if (FakeApiServer.listing(POLICIES).test(request)) {
            ticker.advance(NamespaceReader.LONGEST);
          }
          return false;
        },
        Integer.MAX_VALUE,
        500);
    assertTrue(read().isEmpty(), "the cluster's DNS");
    assertEquals(List.of("pay/deny"), read());
    assertEquals(List.of("pay/deny", "shop/deny"), read());
    server.put(POLICIES, policy("pay", "more", "{}"));
    read();
    assertEquals(List.of("pay/deny", "pay/more", "shop/deny"), read());
  }

  @Test
  void aNamespaceThatCannotBeReadDoesNotHoldUpTheOthers() throws IOException {
    server.refuse(listing(PODS, "pay"), Integer.MAX_VALUE, 504);
    assertTrue(read().isEmpty(), "pay ended the reading");
    assertEquals(List.of("shop/deny"), read());
    server.refuse(listing(PODS, "kube-system"), Integer.MAX_VALUE, 504);
    server.put(POLICIES, policy("shop", "more", "{}"));
    read();
    read();
    assertEquals(List.of("shop/deny", "shop/more"), read());
  }

  /** They may arrive later: the next reading is soon then. */
  @Test
  void policiesOfOtherKindsThatAreUnknownAreTrouble() throws IOException {
    gapOfOthers = Optional.of("no answer within 5 s");
    assertEquals(gapOfOthers, reader.view(BOTH, Set.of()).trouble());
  }

  private List<String> read() throws IOException {
    return policies(reader.view(BOTH, Set.of("kube-system", "pay", "shop")).view());
  }

  private static Predicate<FakeApiServer.Request> listing(String collection, String namespace) {
    int end = collection.lastIndexOf('/');
    String path =
        collection.substring(0, end) + "/namespaces/" + namespace + collection.substring(end);
    return request -> request.path().equals(path);
  }

  private int lists(String collection) {
    return server.requests(FakeApiServer.listing(collection)).size();
  }

  private static List<String> policies(ClusterView view) {
    return view.policies().stream()
        .filter(policy -> !policy.namespace().equals("kube-system"))
        .map(NetworkPolicy::namespacedName)
        .map(NamespacedName::toString)
        .sorted()
        .toList();
  }
}
