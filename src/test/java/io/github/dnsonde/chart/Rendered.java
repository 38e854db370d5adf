package io.github.dnsonde.chart;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The output of Helm for the chart and some values: objects, not text. */
record Rendered(List<JsonNode> objects) {

  static final Path CHART = Path.of("chart");
  static final String RELEASE = "rel";
  static final String NAMESPACE = "dns-watch";
  static final String KUBERNETES = "1.34.0";

  /** The library omits hooks, so it must not recognise ours. */
  private static final String HOOK = "helm.sh/hook";

  private static final String SHOWN = "shown.helm.sh/hook";
  private static final Path WITH_HOOKS = withHooks();

  private static final Path SAMPLES = Path.of("src/test/resources/chart");

  /** Renders with values in YAML; each argument is a line. */
  static Rendered with(String... values) {
    return of(KUBERNETES, String.join("\n", values));
  }

  /** Renders with the values of a sample file. */
  static Rendered sample(Path sample) {
    return parse(template(KUBERNETES, sample));
  }

  static Rendered of(String kubernetes, String values) {
    return parse(withFile(values, file -> template(kubernetes, file)));
  }

  /** Returns files of values that together enable everything. */
  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES)) {
      return files.sorted().toList();
    }
  }

  private static String template(String kubernetes, Path values) {
    return new Helm(WITH_HOOKS)
        .template()
        .withName(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeVersion(kubernetes)
        .withValuesFile(values)
        .call()
        .replace(SHOWN, HOOK);
  }

  private static Path withHooks() {
    try (Stream<Path> files = Files.walk(CHART)) {
      Path copy = Files.createTempDirectory("chart");
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(CHART.relativize(file));
        Files.createDirectories(target.getParent());
        Files.writeString(target, Files.readString(file).replace(HOOK, SHOWN));
        target.toFile().deleteOnExit();
      }
      return copy;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Returns the notes for the user who installs it. */
  static String notes(String... values) {
    return notesOf(KUBERNETES, values);
  }

  /** Returns the notes for a version of Kubernetes. */
  static String notesOf(String kubernetes, String... values) {
    return withFile(
        String.join("\n", values),
        file ->
            new Helm(CHART)
                .install()
                .clientOnly()
                .dryRun()
                .debug()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeVersion(kubernetes)
                .withValuesFile(file)
                .call()
                .getOutput());
  }

  private static String withFile(String values, Function<Path, String> use) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        return use.apply(Files.writeString(file, values));
      } finally {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Reads a stream of YAML documents. */
  static Rendered parse(String manifests) {
    List<JsonNode> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        YAMLMapper.shared().readerFor(JsonNode.class).readValues(manifests)) {
      documents.forEachRemaining(
          document -> {
            if (document.isObject()) {
              objects.add(document);
            }
          });
    }
    return new Rendered(List.copyOf(objects));
  }

  List<JsonNode> all(String kind) {
    return objects.stream()
        .filter(object -> object.path("kind").asString("").equals(kind))
        .toList();
  }

  JsonNode only(String kind) {
    List<JsonNode> all = all(kind);
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " objects of kind " + kind);
    }
    return all.getFirst();
  }

  JsonNode named(String kind, String name) {
    return all(kind).stream()
        .filter(object -> name(object).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + names()));
  }

  /** Returns each object as kind/namespace/name. */
  List<String> names() {
    return objects.stream().map(Rendered::identity).toList();
  }

  static String identity(JsonNode object) {
    return object.path("kind").asString("") + "/" + namespace(object) + "/" + name(object);
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asString("");
  }

  static String namespace(JsonNode object) {
    return object.at("/metadata/namespace").asString("");
  }

  /** Returns the objects with pods: workloads, and bare pods. */
  List<JsonNode> workloads() {
    return objects.stream().filter(object -> !podSpec(object).isMissingNode()).toList();
  }

  /** Returns the DaemonSet of agents, or the first of their Deployments. */
  JsonNode agent() {
    return Stream.concat(all("DaemonSet").stream(), all("Deployment").stream())
        .filter(object -> object.at("/spec/selector/matchLabels").toString().contains("\"agent\""))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no agent in " + names()));
  }

  /** Returns the specification of an object's pods; missing if it has none. */
  static JsonNode podSpec(JsonNode object) {
    return object.path("kind").asString("").equals("Pod")
        ? object.path("spec")
        : object.at("/spec/template/spec");
  }

  static JsonNode container(JsonNode workload) {
    return podSpec(workload).at("/containers/0");
  }

  /** Returns a value written as YAML, to compare with. */
  static JsonNode yaml(String... lines) {
    return YAMLMapper.shared().readTree(String.join("\n", lines));
  }

  static List<String> texts(JsonNode array) {
    return array.values().stream().map(JsonNode::asString).toList();
  }
}
