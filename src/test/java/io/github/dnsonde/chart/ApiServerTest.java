package io.github.dnsonde.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real API server takes what is rendered: no field is unknown or doubled, nothing draws a
 * warning, and Pod Security's restricted holds where it should. Of the kinds that others define it
 * knows as much as the chart makes use of, and refuses the rest.
 */
@Timeout(300)
class ApiServerTest {

  private static final Path KINDS = Path.of("src/test/resources/crds/foreign-kinds.yaml");

  /** Where the samples put their objects; only the node's agent needs more than restricted. */
  private static final List<String> PRIVILEGED = List.of(Rendered.NAMESPACE, "observability");

  private static final List<String> RESTRICTED = List.of("payments", "shop", "monitoring", "dns");

  private static TestCluster cluster;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    cluster = TestCluster.up();
    cluster.apply(Files.readString(KINDS) + namespaces());
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", KINDS.toString());
    for (String namespace : all()) {
      cluster.kubectl(
          "wait", "--for=create", "--timeout=60s", "-n", namespace, "serviceaccount/default");
    }
  }

  @AfterAll
  static void forget() throws IOException {
    if (cluster != null) {
      cluster.kubectl("delete", "-f", KINDS.toString());
      cluster.kubectl(
          Stream.concat(Stream.of("delete", "namespace"), all().stream()).toArray(String[]::new));
    }
  }

  private static List<String> all() {
    return Stream.concat(PRIVILEGED.stream(), RESTRICTED.stream()).toList();
  }

  private static String namespaces() {
    return Stream.concat(
            PRIVILEGED.stream().map(name -> namespace(name, "privileged")),
            RESTRICTED.stream().map(name -> namespace(name, "restricted")))
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
  void itTakesEveryObject(Path sample) throws IOException {
    List<JsonNode> objects = Rendered.sample(sample).objects();
    assertEquals(objects.size(), tryOut(objects).lines().count());
  }

  @Test
  void itWouldRefuseWhatIsWrong() {
    JsonNode agent = Rendered.with("{}").only("DaemonSet");
    ((ObjectNode) Rendered.container(agent).path("securityContext"))
        .put("allowPrivilegeEscalation", false);
    assertThrows(IOException.class, () -> tryOut(List.of(agent)), "with SYS_ADMIN");
    JsonNode monitor = Rendered.with("podMonitor: {enabled: true}").only("PodMonitor");
    ((ObjectNode) monitor.path("spec")).put("intervall", "15s");
    assertThrows(IOException.class, () -> tryOut(List.of(monitor)), "an unknown field");
    JsonNode pod = Rendered.with("namespaceOverride: payments").only("DaemonSet");
    assertThrows(IOException.class, () -> tryOut(List.of(pod)), "more than restricted");
  }

  /** One line for each object that would be created. */
  private String tryOut(List<JsonNode> objects) throws IOException {
    String manifests =
        objects.stream().map(JsonNode::toString).collect(Collectors.joining("\n---\n"));
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
