package io.github.dnsonde.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks that a real API server accepts the rendered objects. No field is unknown or duplicate, no
 * object causes a warning, and Pod Security's profile restricted holds where it should. Of kinds
 * that others define, it knows the fields that the chart uses, and refuses all others.
 */
@Timeout(300)
@Tag("cluster")
class ApiServerTest {

  private static final Path KINDS = Path.of("src/test/resources/crds/foreign-kinds.yaml");

  /**
   * The prefix of the samples' namespaces. No cluster has such names, so no other objects are
   * changed.
   */
  private static final String OURS = "chart-api-server-test-";

  /** The namespaces of the samples' objects; only the node's agent needs more than restricted. */
  private static final List<String> PRIVILEGED = List.of(Rendered.NAMESPACE, "observability");

  private static final List<String> RESTRICTED = List.of("payments", "shop", "monitoring", "dns");

  private static Optional<Path> made = Optional.empty();

  @TempDir private static Path folder;

  private static TestCluster cluster;

  @BeforeAll
  static void prepare() throws IOException {
    cluster = TestCluster.up();
    Path file = folder.resolve("made.yaml");
    Files.writeString(file, Files.readString(KINDS) + namespaces());
    cluster.kubectl(
        "create", "-f", file.toString()); // not apply, because existing objects are not ours
    made = Optional.of(file);
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", KINDS.toString());
    for (String namespace : all()) {
      cluster.kubectl(
          "wait", "--for=create", "--timeout=60s", "-n", namespace, "serviceaccount/default");
    }
  }

  @AfterAll
  static void forget() throws IOException {
    if (made.isPresent()) {
      cluster.kubectl("delete", "-f", made.get().toString());
    }
  }

  private static List<String> all() {
    return Stream.concat(PRIVILEGED.stream(), RESTRICTED.stream()).map(OURS::concat).toList();
  }

  private static String namespaces() {
    return Stream.concat(
            PRIVILEGED.stream().map(name -> namespace(OURS + name, "privileged")),
            RESTRICTED.stream().map(name -> namespace(OURS + name, "restricted")))
        .collect(Collectors.joining());
  }

  private static String namespace(String name, String level) {
    return """
    ---
    apiVersion: v1
    kind: Namespace
    metadata:
      name: %1$s
      labels:
        pod-security.kubernetes.io/enforce: %2$s
        pod-security.kubernetes.io/warn: %2$s
    """
        .formatted(name, level);
  }

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.chart.Rendered#samples")
  void itAcceptsEveryObject(Path sample) throws IOException {
    List<JsonNode> objects = Rendered.sample(sample).objects();
    assertEquals(objects.size(), tryOut(objects).lines().count());
  }

  @Test
  void itWouldRefuseMistakes() {
    JsonNode agent = Rendered.with("{}").only("DaemonSet");
    ((ObjectNode) Rendered.container(agent).path("securityContext")).put("priviledged", true);
    assertThrows(IOException.class, () -> tryOut(List.of(agent)), "a misspelt field");
    JsonNode monitor =
        Rendered.with("podMonitor: {enabled: true}").named("PodMonitor", "rel-dnsonde");
    ((ObjectNode) monitor.path("spec")).put("intervall", "15s");
    assertThrows(IOException.class, () -> tryOut(List.of(monitor)), "an unknown field");
    JsonNode pod = Rendered.with("namespaceOverride: payments").only("DaemonSet");
    assertThrows(IOException.class, () -> tryOut(List.of(pod)), "more than restricted");
  }

  private static JsonNode moved(JsonNode object) {
    String namespace = Rendered.namespace(object);
    if (namespace.isEmpty() || namespace.equals("kube-system")) {
      return object;
    }
    JsonNode copy = object.deepCopy();
    ((ObjectNode) copy.path("metadata")).put("namespace", OURS + namespace);
    return copy;
  }

  /** Returns one line for each object that would be created. */
  private static String tryOut(List<JsonNode> objects) throws IOException {
    String manifests =
        objects.stream()
            .map(ApiServerTest::moved)
            .map(JsonNode::toString)
            .collect(Collectors.joining("\n---\n"));
    Path file = Files.writeString(folder.resolve("objects.yaml"), manifests);
    return cluster.kubectl(
        "create",
        "--dry-run=server",
        "--validate=strict",
        "--warnings-as-errors",
        "-f",
        file.toString());
  }
}
