package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Checks the YAML of docs/pipeline.md: jobs of pipelines, and the hook of Argo CD. */
class PipelinePageTest {

  private static final Path FILE = Page.DOCS.resolve("pipeline.md");

  /** The words after the image's name, in a shell command. */
  private static final Pattern IN_THE_IMAGE =
      Pattern.compile("registry[.]example[.]com/dnsonde:\\S+\\s+(lint [^\n]*)");

  private static List<JsonNode> objects() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String block : new Page(FILE, Files.readString(FILE)).blocks("yaml")) {
      try (MappingIterator<JsonNode> documents =
          YAMLMapper.shared().readerFor(JsonNode.class).readValues(block)) {
        documents.forEachRemaining(all::add);
      }
    }
    return all;
  }

  private static JsonNode object(String kind) throws IOException {
    return objects().stream()
        .filter(object -> object.path("kind").asString("").equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind));
  }

  /** The commands of scripts, and the arguments of containers. */
  static List<List<String>> commands() throws IOException {
    List<List<String>> all = new ArrayList<>();
    for (JsonNode object : objects()) {
      Stream.concat(
              object.findValues("run").stream(),
              object.findValues("script").stream().flatMap(JsonNode::valueStream))
          .map(node -> node.asString().replace("\\\n", " "))
          .flatMap(script -> IN_THE_IMAGE.matcher(script).results())
          .forEach(found -> all.add(List.of(found.group(1).strip().split(" +", -1))));
      object
          .findValues("args")
          .forEach(args -> all.add(args.valueStream().map(JsonNode::asString).toList()));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandLineAcceptsIt(List<String> command) {
    assertTrue(command.contains("--against-cluster"), command::toString);
    assertDoesNotThrow(() -> Main.commandLine().parseArgs(command.toArray(String[]::new)));
  }

  @Test
  void thereIsOneForEachPlace() throws IOException {
    assertEquals(3, commands().size(), () -> "GitHub, GitLab, Argo CD");
  }

  /** A job uploads the files that its command writes. */
  @Test
  void theReportsAreThoseThatAreWritten() throws IOException {
    Set<String> written =
        commands().stream()
            .flatMap(List::stream)
            .filter(word -> word.contains("="))
            .map(word -> word.substring(word.indexOf('=') + 1))
            .collect(Collectors.toSet());
    Set<String> read =
        objects().stream()
            .flatMap(
                object ->
                    Stream.of("sarif_file", "codequality", "junit")
                        .flatMap(name -> object.findValues(name).stream()))
            .map(JsonNode::asString)
            .collect(Collectors.toSet());
    assertEquals(written, read);
  }

  /** The Job finds its account, its rights and its manifests, all of them before it starts. */
  @Test
  void theHookIsComplete() throws IOException {
    JsonNode job = object("Job");
    JsonNode pod = job.at("/spec/template/spec");
    JsonNode kustomization = object("Kustomization");
    JsonNode binding = object("RoleBinding");
    JsonNode policy = object("NetworkPolicy");
    JsonNode map = kustomization.at("/configMapGenerator/0");
    String account = object("ServiceAccount").at("/metadata/name").asString();
    assertAll(
        () -> assertEquals(account, pod.path("serviceAccountName").asString()),
        () -> assertEquals(account, binding.at("/subjects/0/name").asString()),
        () ->
            assertEquals(
                object("Role").at("/metadata/name"), binding.at("/roleRef/name"), "the role"),
        () -> assertEquals(map.path("name"), pod.at("/volumes/0/configMap/name")),
        () ->
            assertEquals(
                pod.at("/containers/0/volumeMounts/0/mountPath"), pod.at("/containers/0/args/1")),
        () ->
            assertTrue(
                kustomization.path("resources").toString().contains(map.at("/files/0").asString())),
        () -> assertEquals(0, job.at("/spec/backoffLimit").asInt(-1)),
        () ->
            assertEquals(
                job.at("/spec/template/metadata/labels"),
                policy.at("/spec/podSelector/matchLabels"),
                "the pods of the policy"));
    for (JsonNode object :
        List.of(object("ServiceAccount"), object("Role"), binding, policy, job)) {
      JsonNode annotations = object.at("/metadata/annotations");
      assertEquals("PreSync", annotations.path("argocd.argoproj.io/hook").asString());
      assertEquals(
          object.equals(job) ? "" : "-1",
          annotations.path("argocd.argoproj.io/sync-wave").asString(""),
          object::toString);
    }
    JsonNode first = map.at("/options/annotations/argocd.argoproj.io~1sync-wave");
    assertEquals("-1", first.asString());
  }
}
