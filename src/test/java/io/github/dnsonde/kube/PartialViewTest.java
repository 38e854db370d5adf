package io.github.dnsonde.kube;

import static io.github.dnsonde.kube.FakeApiServer.listing;
import static io.github.dnsonde.kube.FakeApiServer.watching;
import static io.github.dnsonde.kube.SampleObjects.DAEMON_SETS;
import static io.github.dnsonde.kube.SampleObjects.NAMESPACES;
import static io.github.dnsonde.kube.SampleObjects.PODS;
import static io.github.dnsonde.kube.SampleObjects.POLICIES;
import static io.github.dnsonde.kube.SampleObjects.SERVICES;
import static io.github.dnsonde.kube.SampleObjects.SLICES;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.kube.FakeApiServer.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that may not list everything, or may no longer. */
@Timeout(60)
@Tag("long")
class PartialViewTest {

  private static final int ALWAYS = Integer.MAX_VALUE;

  /** Timing as quick as in the other tests, with a short patience. */
  private static final Timing IMPATIENT =
      new Timing(
          Duration.ofMillis(2),
          Duration.ofMillis(20),
          ObservedCluster.LONG,
          ObservedCluster.LONG,
          Duration.ofMinutes(5),
          Duration.ofMillis(20),
          Duration.ofMillis(300));

  private static final String AGENT =
      """
      {"metadata": {"namespace": "monitoring", "name": "dnsonde-abcde", "ownerReferences": [
         {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "dnsonde", "controller": true}]},
       "spec": {"nodeName": "node-1"}}
      """;

  private FakeApiServer server;
  private @Nullable ObservedCluster looking;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    SampleObjects.fill(server);
    server.put(PODS, AGENT);
    server.put(
        DAEMON_SETS,
        """
        {"metadata": {"namespace": "monitoring", "name": "dnsonde"},
         "status": {"desiredNumberScheduled": 3}}
        """);
  }

  @AfterEach
  void stop() {
    if (looking != null) {
      looking.close();
    }
    server.close();
  }

  private ObservedCluster look(Timing timing) {
    ObservedCluster observedCluster = new ObservedCluster(server.url(), timing);
    looking = observedCluster;
    return observedCluster;
  }

  private static Predicate<Request> request(ClusterResource resource) {
    return switch (resource) {
      case PODS -> listing(PODS).and(asked -> asked.path().equals(PODS));
      case NAMESPACES -> listing(NAMESPACES);
      case NETWORK_POLICIES -> listing(POLICIES);
      case SERVICES -> listing(SERVICES);
      case ENDPOINT_SLICES -> listing(SLICES);
      case DNS_PODS -> listing(PODS).and(asked -> !asked.path().equals(PODS));
      case DAEMON_SETS -> listing(DAEMON_SETS);
      case DISCOVERY -> asked -> asked.path().equals("/apis");
    };
  }

  /** The resources that cannot be watched without it. */
  private static Set<ClusterResource> missingWith(ClusterResource resource) {
    return resource == ClusterResource.SERVICES
        ? EnumSet.of(resource, ClusterResource.DNS_PODS)
        : EnumSet.of(resource);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PODS", "NAMESPACES"})
  void aMissingResourceIsAGapInTheView(ClusterResource resource) throws Exception {
    server.refuse(request(resource), ALWAYS, 403);
    try (LogRecords logRecords = new LogRecords()) {
      ObservedCluster observedCluster = look(IMPATIENT);
      observedCluster.await(observedCluster.cluster()::ready);
      observedCluster.await(() -> reports(logRecords, resource).size() == 1);
      Gaps gaps = observedCluster.view().gaps();
      assertAll(
          () -> assertFalse(observedCluster.cluster().synced()),
          () -> assertEquals(Optional.empty(), observedCluster.cluster().lastSync()),
          () -> assertEquals(missingWith(resource), gaps.resources().keySet()),
          () -> assertEquals(missingWith(resource), notListed(observedCluster)),
          () -> assertEquals(2, observedCluster.view().pods().size()),
          () ->
              assertTrue(
                  gaps.of(resource).orElse("").contains("403 refused on request"),
                  () -> gaps.toString()));
      String line = reports(logRecords, resource).getFirst();
      assertTrue(line.contains("403 refused on request") && line.contains("; needed: "), line);
      assertTrue(line.contains(permission(resource)), line);
    }
  }

  private static List<String> reports(LogRecords logRecords, ClusterResource resource) {
    return logRecords.lines.stream()
        .filter(line -> line.startsWith("Kubernetes API: " + resource.label() + ": not listed"))
        .toList();
  }

  private static Set<ClusterResource> notListed(ObservedCluster observedCluster) {
    Set<ClusterResource> missing = EnumSet.noneOf(ClusterResource.class);
    for (ClusterResource each : ClusterResource.values()) {
      if (!Objects.requireNonNull(observedCluster.cluster().listed().get(each.label()))) {
        missing.add(each);
      }
    }
    return missing;
  }

  private static String permission(ClusterResource resource) {
    return switch (resource) {
      case PODS -> "list and watch of pods in all namespaces";
      case NAMESPACES -> "list and watch of namespaces";
      case NETWORK_POLICIES -> "networkpolicies (networking.k8s.io) in all namespaces";
      case SERVICES -> "services in namespace kube-system";
      case ENDPOINT_SLICES -> "endpointslices (discovery.k8s.io) in namespace kube-system";
      case DNS_PODS -> "pods in namespace kube-system";
      case DAEMON_SETS -> "daemonsets (apps) in namespace monitoring";
      case DISCOVERY -> "/apis";
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"PODS", "NAMESPACES"})
  void withoutPodsOrNamespacesNothingCanBePlanned(ClusterResource resource) throws Exception {
    server.refuse(request(resource), ALWAYS, 403);
    try (LogRecords logRecords = new LogRecords()) {
      ObservedCluster observedCluster = look(IMPATIENT);
      observedCluster.await(() -> reports(logRecords, resource).size() == 1);
      assertTrue(reports(logRecords, resource).getFirst().contains("nothing is probed"));
      assertFalse(observedCluster.cluster().ready());
    }
  }

  @Test
  void aLateResourceIsAwaitedAndThenUsed() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    server.fail(
        listing(POLICIES),
        1,
        exchange -> {
          release.await();
          FakeApiServer.send(exchange, 500, "{}");
        });
    ObservedCluster patient = look(ObservedCluster.QUICK);
    patient.awaitView(view -> view.agents().isPresent() && !view.dnsPods().isEmpty());
    assertFalse(patient.cluster().ready(), "half a minute is not over");
    release.countDown();
    patient.await(patient.cluster()::ready);
    assertEquals(Gaps.NONE, patient.view().gaps());
  }

  @Test
  void aResourceThatArrivesLaterFillsItsGap() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    server.fail(
        listing(POLICIES),
        ALWAYS,
        exchange -> {
          if (release.getCount() > 0) {
            FakeApiServer.send(exchange, 403, "{}");
          } else {
            FakeApiServer.send(
                exchange, 200, "{\"metadata\": {\"resourceVersion\": \"9\"}, \"items\": []}");
          }
        });
    ObservedCluster observedCluster = look(IMPATIENT);
    observedCluster.await(observedCluster.cluster()::ready);
    assertEquals(
        Set.of(ClusterResource.NETWORK_POLICIES),
        observedCluster.view().gaps().resources().keySet());
    release.countDown();
    observedCluster.awaitSynced();
    observedCluster.awaitView(view -> view.gaps().equals(Gaps.NONE));
    assertTrue(observedCluster.cluster().ready());
  }

  @Test
  void aResourceThatIsForbiddenLaterRemainsUnchanged() throws Exception {
    ObservedCluster observedCluster = look(ObservedCluster.QUICK);
    observedCluster.awaitSynced();
    observedCluster.await(() -> server.watches(POLICIES) > 0);
    ClusterView before = observedCluster.view();
    server.refuse(listing(POLICIES).or(watching(POLICIES)), ALWAYS, 403);
    server.say(POLICIES, "<html>");
    observedCluster.await(() -> errors(observedCluster, ClusterResource.NETWORK_POLICIES) > 3);
    Instant forbidden = Instant.now();
    server.say(PODS, "{\"type\": \"BOOKMARK\", \"object\": {}}");
    observedCluster.await(() -> heard(observedCluster, ClusterResource.PODS).isAfter(forbidden));
    assertAll(
        () -> assertSame(before, observedCluster.view()),
        () -> assertEquals(1, observedCluster.view().policies().size()),
        () -> assertTrue(observedCluster.cluster().ready() && observedCluster.cluster().synced()),
        () ->
            assertTrue(
                heard(observedCluster, ClusterResource.NETWORK_POLICIES).isBefore(forbidden)),
        () -> assertTrue(observedCluster.cluster().lastSync().orElseThrow().isBefore(forbidden)));
  }

  private static long errors(ObservedCluster observedCluster, ClusterResource resource) {
    return Objects.requireNonNull(observedCluster.cluster().counts().get(resource.label()))
        .errors();
  }

  private static Instant heard(ObservedCluster observedCluster, ClusterResource resource) {
    return Objects.requireNonNull(observedCluster.cluster().lastHeard().get(resource.label()));
  }

  @Test
  void theAgeOfTheViewIsAlsoThatOfDiscovery() throws Exception {
    ObservedCluster observedCluster = look(ObservedCluster.QUICK);
    observedCluster.awaitSynced();
    server.refuse(request(ClusterResource.DISCOVERY), ALWAYS, 403);
    observedCluster.await(() -> errors(observedCluster, ClusterResource.DISCOVERY) > 0);
    Instant failed = Instant.now();
    for (String collection : List.of(PODS, NAMESPACES, POLICIES, SERVICES, SLICES, DAEMON_SETS)) {
      observedCluster.await(() -> server.watches(collection) > 0);
      server.say(collection, "{\"type\": \"BOOKMARK\", \"object\": {}}");
    }
    for (ClusterResource each : ClusterResource.values()) {
      observedCluster.await(
          () -> each == ClusterResource.DISCOVERY || heard(observedCluster, each).isAfter(failed));
    }
    assertTrue(observedCluster.cluster().lastSync().orElseThrow().isBefore(failed));
  }

  /** This also holds if each failure has another message. */
  @Test
  void aProblemThatKeepsChangingIsReportedOnceAMinute() throws Exception {
    int[] count = new int[1];
    server.fail(
        listing(POLICIES),
        ALWAYS,
        exchange ->
            FakeApiServer.send(
                exchange,
                500,
                "{\"kind\": \"Status\", \"code\": 500, \"message\": \"no. " + count[0]++ + "\"}"));
    try (LogRecords logRecords = new LogRecords()) {
      ObservedCluster observedCluster = look(ObservedCluster.QUICK);
      observedCluster.await(() -> errors(observedCluster, ClusterResource.NETWORK_POLICIES) > 20);
      assertEquals(
          1,
          logRecords.lines.stream().filter(line -> line.contains("will be tried again")).count());
    }
  }
}
