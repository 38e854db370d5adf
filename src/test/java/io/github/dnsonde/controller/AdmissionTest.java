package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.controller.AskingApiServer.Answer;
import io.github.dnsonde.kube.ControllerApi;
import io.github.dnsonde.kube.EventsApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running controller that an API server asks about changes, by HTTPS. */
@Timeout(60)
@Tag("long")
class AdmissionTest {

  private static final String DENY = AskingApiServer.DENY;
  private static final String ALLOW = AskingApiServer.ALLOW;
  private static final String CUT =
      "dnsonde: default-deny cuts 3 pods in payments from DNS until another policy allows DNS";

  @TempDir private Path folder;

  private RunningController controller(ControllerApi api, String settings) throws Exception {
    return RunningController.judging(folder, api, "{listen: '127.0.0.1:0', " + settings + "}");
  }

  private static ControllerApi api() throws IOException {
    ControllerApi api = ControllerApi.start(RunningController.SECRET, RunningController.CA);
    AskingApiServer.cluster(api, 3);
    return api;
  }

  /** The API server, once it knows the authorities and the webhook the cluster. */
  private static AskingApiServer asking(RunningController controller) throws Exception {
    RunningController.await(
        "the authorities are registered",
        () -> !controller.api.registration().authorities().isEmpty());
    AskingApiServer server =
        new AskingApiServer(
            controller.api.registration().authorities(), controller.admissionAddress());
    RunningController.await(
        "the cluster is known", () -> !server.dryRun("x", ALLOW).verdict().equals("not_ready"));
    return server;
  }

  @Test
  void warnAnswersWithWarnings() throws Exception {
    try (RunningController controller = controller(api(), "mode: warn");
        AskingApiServer server = asking(controller)) {
      assertEquals(
          new Answer(
              true,
              "",
              List.of(
                  CUT,
                  "dnsonde: affected: Pod api-1 (1 pod), Pod api-2 (1 pod), Pod api-3 (1 pod)"),
              "warned: would cut 3 pods of 3 workloads in payments from DNS (kube-dns; UDP and"
                  + " TCP)"),
          server.create("default-deny", DENY));
    }
  }

  @Test
  void denyRefusesUntilTheAllowIsThereAndTheWatchNeedNotShowIt() throws Exception {
    try (RunningController controller = controller(api(), "mode: deny");
        AskingApiServer server = asking(controller)) {
      assertFalse(server.create("default-deny", DENY).allowed());
      assertEquals("harmless", server.create("allow-dns", ALLOW).verdict());
      assertEquals("harmless", server.create("default-deny", DENY).verdict());
    }
  }

  @Test
  void theRegistrationIsOneFieldOfOneManager() throws Exception {
    try (RunningController controller = controller(api(), "mode: warn");
        AskingApiServer server = asking(controller)) {
      assertTrue(server.create("a", ALLOW).allowed());
      List<String> patches = controller.api.registration().patches();
      assertEquals(1, patches.size(), patches::toString);
      assertTrue(
          patches.getFirst().contains("fieldManager=dnsonde-controller-admission"),
          patches::toString);
      assertTrue(
          patches
              .getFirst()
              .replaceAll("caBundle\":\"[^\"]+", "caBundle\":\"CA")
              .endsWith(
                  "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":"
                      + "\"ValidatingWebhookConfiguration\",\"metadata\":{\"name\":"
                      + "\"dnsonde-controller\"},\"webhooks\":[{\"name\":"
                      + "\"policies.admission.dnsonde.github.io\",\"clientConfig\":{\"caBundle\":"
                      + "\"CA\"}}]}"),
          patches::toString);
    }
  }

  @Test
  void whoeverSendsSomethingElseGetsAnErrorAndIsCounted() throws Exception {
    try (RunningController controller = controller(api(), "mode: deny");
        AskingApiServer server = asking(controller)) {
      List<String> bodies =
          List.of(
              "",
              "[]",
              "{}",
              "nonsense",
              "{\"apiVersion\": \"admission.k8s.io/v1beta1\", \"request\": {\"uid\": \"1\"}}",
              "{\"apiVersion\": \"admission.k8s.io/v1\", \"request\": {}}",
              "{\"apiVersion\": \"admission.k8s.io/v1\", \"request\": {\"uid\": \""
                  + "u".repeat(5_000)
                  + "\"}}",
              "[".repeat(100_000));
      for (String body : bodies) {
        AskingApiServer.Reply reply = server.post(body);
        assertEquals(400, reply.status(), () -> body.substring(0, Math.min(60, body.length())));
      }
      assertEquals(413, server.post("x".repeat((4 << 20) + 1)).status());
      controller.awaitMetric(
          "dnsonde_controller_admission_requests_total{result=\"invalid\"} "
              + (bodies.size() + 1)
              + ".0");
      assertTrue(server.create("a", ALLOW).allowed(), "it still answers");
    }
  }

  @Test
  void hostileNamesStayOnTheirLine() throws Exception {
    try (RunningController controller = controller(api(), "mode: warn");
        AskingApiServer server = asking(controller)) {
      String review =
          AskingApiServer.review(
              "CREATE",
              Optional.of(AskingApiServer.policy("default-deny", DENY, "{}")),
              Optional.empty(),
              false);
      for (String name : List.of("a\\u001b[2Jb", "a\\nb", "A", "../x", "")) {
        Answer answer =
            AskingApiServer.answer(
                server.post(
                    review.replace("\"name\": \"default-deny\"", "\"name\": \"" + name + "\"")));
        assertEquals("not_judged", answer.verdict(), name);
      }
    }
  }

  @Test
  void aPolicyThatIsDeletedWithItsCollectionIsJudged() throws Exception {
    try (RunningController controller = controller(api(), "mode: warn");
        AskingApiServer server = asking(controller)) {
      String review =
          AskingApiServer.review(
              "DELETE",
              Optional.empty(),
              Optional.of(AskingApiServer.policy("allow-dns", ALLOW, "{}")),
              false);
      String nameless = review.replaceFirst("\"name\": \"allow-dns\"", "\"name\": \"\"");
      assertTrue(nameless.contains("\"name\": \"\""), nameless);
      assertEquals("harmless", AskingApiServer.answer(server.post(nameless)).verdict());
    }
  }

  @Test
  void manyAtOnceAreAllAnswered() throws Exception {
    try (RunningController controller = controller(api(), "mode: deny");
        AskingApiServer server = asking(controller);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Answer>> questions = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String name = "allow-" + i;
        questions.add(() -> server.create(name, ALLOW));
      }
      for (Future<Answer> answer : threads.invokeAll(questions)) {
        assertTrue(answer.get().allowed());
      }
    }
  }

  @Test
  void theControllerTestsTheWayToItself() throws Exception {
    ControllerApi api = api();
    try (RunningController controller = controller(api, "mode: deny");
        AskingApiServer server = asking(controller)) {
      api.registration()
          .onDryRun(
              policy -> {
                try {
                  server.ask("CREATE", Optional.of(policy), Optional.empty(), true);
                } catch (Exception e) {
                  throw new IOException(e);
                }
              });
      controller.awaitMetric("dnsonde_controller_admission_reached 1.0");
      assertTrue(
          controller
              .api("/api/v1/status")
              .contains(
                  "\"admission\":{\"mode\":\"deny\",\"reach\":\"reached\",\"refused\":0,"
                      + "\"slipped\":0,\"trouble\":null}"),
          () -> "status");
      RunningController.await(
          "it notes until when it judged", () -> !api.registration().renewed().isEmpty());
    }
  }

  @Test
  void aWebhookThatIsNotReachedIsReported() throws Exception {
    try (RunningController controller = controller(api(), "mode: deny")) {
      controller.awaitMetric("dnsonde_controller_admission_reached 0.0");
      assertTrue(controller.api("/api/v1/status").contains("\"reach\":\"not_reached\""), "status");
      assertEquals("", controller.api.registration().renewed(), "it did not judge");
    }
  }

  /** The pages show the webhook's state, so they must not be there before it. */
  @Test
  void theWebhookIsThereBeforeThePages() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      IOException failure =
          assertThrows(
              IOException.class,
              () ->
                  RunningController.judging(
                          folder, api(), "{mode: deny, listen: '" + address + "'}", address)
                      .close());
      assertTrue(
          String.valueOf(failure.getMessage()).contains("controller.admission.listen"),
          failure::getMessage);
    }
  }

  @Test
  void anOverrideIsReviewedAndRecordedOnceItIsStored() throws Exception {
    ControllerApi api = api();
    try (RunningController controller = controller(api, "mode: deny, override: reviewed")) {
      try (AskingApiServer server = asking(controller)) {
        api.put(AskingApiServer.POLICIES, AskingApiServer.policy("x", ALLOW, "{}"));
        String annotations = "{\"dnsonde.github.io/ignore\": \"cuts-dns: offline by design\"}";
        String own = AskingApiServer.policy("x", DENY, annotations);
        Optional<String> before = Optional.of(AskingApiServer.policy("x", ALLOW, "{}"));
        Answer refused = server.ask("UPDATE", Optional.of(own), before, false);
        assertFalse(refused.allowed());
        assertTrue(refused.message().contains("You may not override this"), refused::message);
        assertEquals(
            "{\"user\":\"ann\",\"uid\":\"7\",\"groups\":[\"dev\",\"system:authenticated\"],"
                + "\"extra\":{\"scopes.authorization.openshift.io\":[\"user:full\"],\"x\":[\"y\"]},"
                + "\"resourceAttributes\":{\"namespace\":\"payments\",\"verb\":\"override\","
                + "\"group\":\"dnsonde.github.io\",\"resource\":\"networkpolicies\"}}",
            api.registration().reviews().getFirst().toString());
        api.registration().mayOverride(true);
        Answer allowed = server.ask("UPDATE", Optional.of(own), before, false);
        assertTrue(allowed.allowed(), allowed::message);
        assertTrue(allowed.verdict().startsWith("overridden: would cut 3 pods"), allowed::verdict);
        assertEquals(List.of(), api.events().all(), "it is not stored yet");
        api.put(AskingApiServer.POLICIES, own);
        RunningController.await("the Event is written", () -> !api.events().all().isEmpty());
        EventsApi.Stored event = api.events().all().getFirst();
        assertAll(
            () -> assertEquals("payments", event.namespace()),
            () -> assertEquals("NetworkPolicy", event.kind()),
            () -> assertEquals("x", event.about()),
            () -> assertEquals(OverrideEvents.REASON, event.reason()),
            () ->
                assertEquals(
                    "NetworkPolicy x would cut 3 pods of 3 workloads in payments from DNS"
                        + " (kube-dns; UDP and TCP). It was not refused, because its annotation"
                        + " overrides that: \"offline by design\".",
                    event.note()));
      }
    }
  }

  @Test
  void whatSlippedThroughIsCountedWhileItRunsAndOnItsReturn() throws Exception {
    ControllerApi api = api();
    api.registration().renewed("2026-01-01T00:00:00.000000Z");
    api.put(
        AskingApiServer.POLICIES,
        AskingApiServer.policy("while-away", DENY, "{}")
            .replace(
                "\"annotations\"",
                "\"creationTimestamp\": \"2026-01-02T00:00:00Z\", \"annotations\""));
    try (RunningController controller = controller(api, "mode: deny");
        AskingApiServer server = asking(controller)) {
      controller.awaitMetric("dnsonde_controller_admission_slipped_total 1.0");
      assertTrue(controller.log().contains("policy=payments/while-away"), controller::log);
      api.delete(AskingApiServer.POLICIES, "payments", "while-away");
      assertTrue(server.create("asked", ALLOW).allowed());
      api.put(AskingApiServer.POLICIES, AskingApiServer.policy("unasked", DENY, "{}"));
      RunningController.await(
          "the allow that was never stored no longer counts",
          () ->
              controller
                  .page("/metrics")
                  .contains("dnsonde_controller_admission_slipped_total 2.0"));
    }
  }

  @Test
  void whatIsStoredBeforeTheClusterIsKnownPassesAndIsCounted() throws Exception {
    ControllerApi api = api();
    AtomicBoolean starting = new AtomicBoolean(true);
    api.refuseWhile(starting::get, "/api/v1/services", 503);
    api.refuseWhile(starting::get, "/api/v1/namespaces/kube-system/services", 503);
    try (RunningController controller = controller(api, "mode: deny")) {
      RunningController.await(
          "it is registered and watches policies",
          () ->
              !api.registration().authorities().isEmpty()
                  && api.isWatched(AskingApiServer.POLICIES));
      try (AskingApiServer server =
          new AskingApiServer(api.registration().authorities(), controller.admissionAddress())) {
        Answer answer = server.create("default-deny", DENY);
        assertTrue(answer.allowed(), answer::toString);
        assertEquals("not_ready", answer.verdict());
        api.put(AskingApiServer.POLICIES, AskingApiServer.policy("default-deny", DENY, "{}"));
        controller.awaitMetric("dnsonde_controller_admission_slipped_total 0.0");
        starting.set(false);
        controller.awaitMetric("dnsonde_controller_admission_slipped_total 1.0");
        assertTrue(controller.log().contains("policy=payments/default-deny"), controller::log);
      }
    }
  }

  @Test
  void labelsThatSlippedThroughAreCounted() throws Exception {
    ControllerApi api = api();
    String payments = "{\"metadata\": {\"name\": \"payments\", \"labels\": {%s}}}";
    api.put(AskingApiServer.NAMESPACES, payments.formatted("\"team\": \"pay\""));
    api.put(
        AskingApiServer.POLICIES,
        AskingApiServer.policy(
                "dns-from-pay",
                "{\"podSelector\": {}, \"policyTypes\": [\"Ingress\"], \"ingress\": [{\"from\":"
                    + " [{\"namespaceSelector\": {\"matchLabels\": {\"team\": \"pay\"}}}]}]}",
                "{}")
            .replace("\"namespace\": \"payments\"", "\"namespace\": \"kube-system\""));
    try (RunningController controller = controller(api, "mode: deny");
        AskingApiServer server = asking(controller)) {
      assertTrue(server.create("asked", ALLOW).allowed());
      api.put(AskingApiServer.NAMESPACES, payments.formatted("\"tier\": \"gold\""));
      controller.awaitMetric("dnsonde_controller_admission_slipped_total 1.0");
      assertTrue(controller.log().contains("namespace=payments"), controller::log);
    }
  }
}
