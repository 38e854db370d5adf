package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import io.github.dnsonde.cluster.ProbePodsView.Namespace;
import io.github.dnsonde.cluster.ProbePodsView.Selection;
import io.github.dnsonde.kube.ProbePodCluster.Answer;
import io.kubernetes.client.util.ClientBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProbePodClusterTest {

  private static final String NAMESPACES = "/api/v1/namespaces";
  private static final String DEPLOYMENTS = "/apis/apps/v1/deployments";
  private static final String SERVICES = "/api/v1/services";
  private static final String BUDGETS = "/apis/policy/v1/poddisruptionbudgets";
  private static final String IN_SHOP = "/apis/apps/v1/namespaces/shop/deployments/dnsonde-probe";

  private static final String MARKS =
      "\"app.kubernetes.io/name\": \"dnsonde-probe\", \"app.kubernetes.io/managed-by\":"
          + " \"dnsonde\"";
  private static final String APPLIED =
      "{\"manager\": \"dnsonde-probe-pods\", \"operation\": \"Apply\"}";

  private static final ProbeDeployment WANTED =
      new ProbeDeployment("shop", "pause:1", new Labels(Map.of("app", "web")));
  private static final Found OURS =
      new Found("shop", "uid-1", 3, true, false, true, Optional.empty());
  private static final Found FOREIGN =
      new Found("shop", "uid-1", 3, false, false, true, Optional.empty());

  private final BlockingQueue<Written> written = new LinkedBlockingQueue<>();
  private FakeApiServer server;
  private ProbePodCluster cluster;

  /** A request that changes something. */
  private record Written(String method, String query, String type, JsonObject body) {
    static Written of(HttpExchange exchange) throws IOException {
      return new Written(
          exchange.getRequestMethod(),
          String.valueOf(exchange.getRequestURI().getQuery()),
          exchange.getRequestHeaders().getFirst("Content-Type"),
          JsonParser.parseString(new String(exchange.getRequestBody().readAllBytes(), UTF_8))
              .getAsJsonObject());
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start(0);
    cluster =
        new ProbePodCluster(
            new ClientBuilder().setBasePath(server.url()).build(), ObservedCluster.QUICK);
  }

  @AfterEach
  void stop() {
    cluster.close();
    server.close();
  }

  private void answer(int code, String body) {
    server.fail(
        request -> request.path().equals(IN_SHOP),
        1,
        exchange -> {
          written.add(Written.of(exchange));
          FakeApiServer.send(exchange, code, body);
        });
  }

  private static String deployment(
      String namespace, String labels, String managers, String status) {
    return """
    {"metadata": {"namespace": "%s", "name": "dnsonde-probe", "uid": "uid-1", "generation": 3,
       "labels": {%s}, "managedFields": [%s], "fromTomorrow": [{}]},
     "spec": {"replicas": 1}, "status": %s}
    """
        .formatted(namespace, labels, managers, status);
  }

  private static String condition(String type, String status) {
    return """
    {"observedGeneration": 3, "conditions": [
      {"type": "Available", "status": "False", "message": "no"},
      {"type": "%s", "status": "%s", "message": "pods is forbidden: exceeded quota"}]}
    """
        .formatted(type, status);
  }

  private Map<String, Found> found() throws IOException {
    return cluster.look(false).deployments().stream()
        .collect(Collectors.toMap(Found::namespace, found -> found));
  }

  @Test
  void namespacesAreSeenOverManyPages() throws IOException {
    for (int i = 0; i < 600; i++) {
      server.put(NAMESPACES, "{\"metadata\": {\"name\": \"team-%d\"}}".formatted(i));
    }
    server.put(
        NAMESPACES,
        """
        {"metadata": {"name": "shop", "labels": {"env": "prod"},
           "deletionTimestamp": "2026-01-01T00:00:00Z"}}
        """);
    Map<String, Namespace> seen = cluster.look(false).namespaces();
    assertEquals(601, seen.size());
    assertEquals(new Namespace(new Labels(Map.of("env", "prod")), true), seen.get("shop"));
    assertEquals(new Namespace(Labels.NONE, false), seen.get("team-599"));
  }

  /**
   * A Service with more labels than a pod can have selects none; for a budget, this is not known.
   */
  @Test
  void anObjectThatIsTooLargeSelectsEverythingPossible() throws IOException {
    String labels =
        IntStream.range(0, 12_000)
            .mapToObj("\"label-%d\": \"value\""::formatted)
            .collect(Collectors.joining(","));
    String selects = "{\"metadata\": {\"namespace\": \"shop\", \"name\": \"huge\"}, \"spec\": %s}";
    server.put(SERVICES, selects.formatted("{\"selector\": {" + labels + "}}"));
    server.put(BUDGETS, selects.formatted("{\"selector\": {\"matchLabels\": {" + labels + "}}}"));
    assertEquals(
        List.of(new Selection("shop", "PodDisruptionBudget huge", LabelSelector.EVERYTHING)),
        cluster.look(true).selections());
  }

  @Test
  void aDeploymentIsOursIfWeAppliedItAndItIsStillMarked() throws IOException {
    server.put(DEPLOYMENTS, deployment("ours", MARKS, APPLIED, "{}"));
    server.put(DEPLOYMENTS, deployment("unmarked", "\"a\": \"b\"", APPLIED, "{}"));
    server.put(
        DEPLOYMENTS,
        deployment("copied", MARKS, "{\"manager\": \"kubectl\", \"operation\": \"Apply\"}", "{}"));
    server.put(
        DEPLOYMENTS,
        deployment(
            "edited",
            MARKS,
            "{\"manager\": \"dnsonde-probe-pods\", \"operation\": \"Update\"}",
            "{}"));
    server.put(DEPLOYMENTS, deployment("bare", MARKS, "", "null"));
    server.put(DEPLOYMENTS, "{\"metadata\": {\"namespace\": \"shop\", \"name\": \"web\"}}");
    assertEquals(
        Map.of("ours", true, "unmarked", false, "copied", false, "edited", false, "bare", false),
        found().values().stream().collect(Collectors.toMap(Found::namespace, Found::ours)));
  }

  @Test
  void theStatusShowsItsHealth() throws IOException {
    server.put(DEPLOYMENTS, deployment("new", MARKS, APPLIED, "{}"));
    server.put(
        DEPLOYMENTS,
        deployment("well", MARKS, APPLIED, "{\"observedGeneration\": 3, \"updatedReplicas\": 1}"));
    server.put(
        DEPLOYMENTS,
        deployment("old", MARKS, APPLIED, "{\"observedGeneration\": 2, \"updatedReplicas\": 1}"));
    server.put(
        DEPLOYMENTS, deployment("quota", MARKS, APPLIED, condition("ReplicaFailure", "True")));
    server.put(
        DEPLOYMENTS, deployment("fixed", MARKS, APPLIED, condition("ReplicaFailure", "False")));
    server.put(DEPLOYMENTS, deployment("stuck", MARKS, APPLIED, condition("Progressing", "False")));
    Map<String, Found> all = found();
    assertEquals(
        Set.of("well", "quota", "stuck"),
        all.values().stream()
            .filter(Found::settled)
            .map(Found::namespace)
            .collect(Collectors.toSet()));
    assertEquals(
        Map.of(
            "quota", "pods is forbidden: exceeded quota",
            "stuck", "pods is forbidden: exceeded quota"),
        all.values().stream()
            .filter(each -> each.trouble().isPresent())
            .collect(Collectors.toMap(Found::namespace, each -> each.trouble().orElseThrow())));
  }

  @Test
  void selectionsAreListedIfTheyMatter() throws IOException {
    server.put(
        SERVICES,
        """
        {"metadata": {"namespace": "shop", "name": "web"}, "spec": {"selector": {"app": "web"}}}
        """);
    server.put(
        SERVICES, "{\"metadata\": {\"namespace\": \"shop\", \"name\": \"bare\"}, \"spec\": {}}");
    server.put(
        BUDGETS,
        """
        {"metadata": {"namespace": "shop", "name": "all"}, "spec": {"selector": {}}}
        """);
    server.put(
        BUDGETS, "{\"metadata\": {\"namespace\": \"shop\", \"name\": \"none\"}, \"spec\": {}}");
    ProbePodsView view = cluster.look(true);
    assertEquals(
        List.of(
            new Selection("shop", "Service web", LabelSelector.of(Map.of("app", "web"))),
            new Selection("shop", "PodDisruptionBudget all", LabelSelector.EVERYTHING)),
        view.selections());
    int asked = server.requests(FakeApiServer.listing(SERVICES)).size();
    cluster.look(false);
    assertEquals(asked, server.requests(FakeApiServer.listing(SERVICES)).size());
  }

  @Test
  void aRejectedListIsAFailure() {
    server.refuse(FakeApiServer.listing(DEPLOYMENTS), 1, 403);
    IOException failure = assertThrows(IOException.class, () -> cluster.look(false));
    assertEquals("list of /apis/apps/v1/deployments: 403 refused on request", failure.getMessage());
  }

  @Test
  void aNewDeploymentIsAppliedWithoutForce() throws Exception {
    answer(201, deployment("shop", MARKS, APPLIED, "{}"));
    Answer answer = cluster.apply(WANTED, Optional.empty());
    assertEquals(
        new Answer.Made(new Found("shop", "uid-1", 3, true, false, false, Optional.empty())),
        answer);
    Written request = written.take();
    JsonObject spec = request.body().getAsJsonObject("spec");
    JsonObject pod = spec.getAsJsonObject("template");
    assertAll(
        () -> assertEquals("PATCH", request.method()),
        () -> assertEquals("application/apply-patch+yaml", request.type()),
        () ->
            assertEquals(
                Set.of("fieldManager=dnsonde-probe-pods", "force=false"),
                Set.of(request.query().split("&", -1))),
        () ->
            assertEquals(
                JsonParser.parseString("{\"matchLabels\": {" + MARKS + "}}"),
                spec.get("selector"),
                "a selector cannot be changed: nothing of the user's is in it"),
        () ->
            assertEquals(
                "web",
                pod.getAsJsonObject("metadata").getAsJsonObject("labels").get("app").getAsString()),
        () ->
            assertEquals(
                JsonParser.parseString(
                    "{\"name\": \"dnsonde-probe\", \"namespace\": \"shop\", \"labels\": {"
                        + MARKS
                        + "}}"),
                request.body().get("metadata")));
  }

  @Test
  void ourDeploymentIsChangedByForceAndByItsUid() throws Exception {
    answer(200, deployment("shop", MARKS, APPLIED, "{}"));
    cluster.apply(WANTED, Optional.of(OURS));
    Written request = written.take();
    assertTrue(request.query().contains("force=true"), request::toString);
    assertEquals("uid-1", request.body().getAsJsonObject("metadata").get("uid").getAsString());
  }

  @Test
  void ourDeploymentIsDeletedByItsUid() throws Exception {
    answer(200, "{\"kind\": \"Status\"}");
    assertEquals(new Answer.Made(OURS), cluster.delete(OURS));
    Written request = written.take();
    assertEquals("DELETE", request.method());
    assertEquals(
        JsonParser.parseString("{\"uid\": \"uid-1\"}"), request.body().get("preconditions"));
  }

  @Test
  void anAbsentDeploymentCountsAsDeleted() throws IOException {
    answer(404, "{\"kind\": \"Status\", \"code\": 404, \"message\": \"not found\"}");
    assertEquals(new Answer.Made(OURS), cluster.delete(OURS));
  }

  @Test
  void aDeploymentOfSomebodyElseIsNeitherChangedNorDeleted() {
    assertThrows(IllegalArgumentException.class, () -> cluster.apply(WANTED, Optional.of(FOREIGN)));
    assertThrows(IllegalArgumentException.class, () -> cluster.delete(FOREIGN));
    assertEquals(List.of(), server.requests(request -> true));
  }

  /** A server answers 500 if an admission webhook does not respond. */
  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 409, 422, 500})
  void aRefusalIsReported(int code) throws IOException {
    answer(code, "{\"code\": %d, \"message\": \"policy says no\"}".formatted(code));
    assertEquals(
        new Answer.Refused(code + " policy says no"), cluster.apply(WANTED, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 429, 503, 504})
  void aServerErrorIsAFailure(int code) {
    answer(code, "{\"code\": %d, \"message\": \"later\"}".formatted(code));
    assertEquals(
        code + " later",
        assertThrows(IOException.class, () -> cluster.apply(WANTED, Optional.empty()))
            .getMessage());
  }
}
