package io.github.dnsonde.alerts;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Page;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Checks that each alert has a page, and that commands and objects on the pages are valid. */
class RunbooksTest {

  private static final Set<String> LANGUAGES = Set.of("sh", "promql", "yaml", "text");

  private static final Pattern COMMAND = Pattern.compile("`(kubectl dnsonde [^`]+)`");

  static List<Page> pages() throws IOException {
    return Page.runbooks();
  }

  static List<Page> pagesOfAlerts() throws IOException {
    return pages().stream().filter(Page::isOfAnAlert).toList();
  }

  @Test
  void eachAlertHasItsPageAndEachPageItsAlert() throws IOException {
    JsonNode rules = YAMLMapper.shared().readTree(Files.readString(Path.of("alerts/dnsonde.yaml")));
    Set<String> alerts =
        rules.findValues("alert").stream()
            .map(JsonNode::asString)
            .collect(toCollection(TreeSet::new));
    assertFalse(alerts.isEmpty());
    assertEquals(
        alerts, pagesOfAlerts().stream().map(Page::name).collect(toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @MethodSource("pagesOfAlerts")
  void aPageHasTheFourSectionsInOrder(Page page) {
    assertEquals(
        List.of("# " + page.name(), "## Meaning", "## Impact", "## Diagnosis", "## Mitigation"),
        page.headings());
  }

  /** The page of an alert begins where the alert's action ended, and has a way without plugin. */
  @Test
  void theDiagnosisBeginsWithTheCommandsOfTheAlert() throws IOException {
    JsonNode rules = YAMLMapper.shared().readTree(Files.readString(Path.of("alerts/dnsonde.yaml")));
    Map<String, Page> pages = new TreeMap<>();
    pagesOfAlerts().forEach(page -> pages.put(page.name(), page));
    int commands = 0;
    for (JsonNode rule : rules.findParents("alert")) {
      Page page = pages.getOrDefault(rule.path("alert").asString(), pagesOfAlerts().getFirst());
      List<String> named =
          COMMAND
              .matcher(rule.at("/annotations/action").asString(""))
              .results()
              .map(command -> command.group(1))
              .map(command -> command.replace("{{ $labels.source_namespace }}", "$NS"))
              .map(command -> command.replace("{{ $labels.node }}", "$NODE"))
              .toList();
      for (String command : named) {
        commands++;
        assertTrue(
            page.blocks("sh").getFirst().lines().anyMatch(line -> line.startsWith(command)),
            page.name() + " does not begin with " + command);
      }
      assertTrue(
          named.isEmpty() || page.links().contains("without-the-plugin.md"),
          page.name() + " has no way without the plugin");
    }
    assertTrue(commands > 20, commands + " commands");
  }

  @Test
  void theIndexLinksToEveryPage() throws IOException {
    Set<String> linked = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (Page page : pages()) {
      if (page.name().equals("README")) {
        linked.addAll(page.links());
      } else {
        others.add(page.name() + ".md");
      }
    }
    linked.removeIf(link -> link.startsWith("../"));
    assertEquals(others, linked);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyBlockTellsItsLanguage(Page page) {
    assertEquals(
        page.text().lines().filter(line -> line.strip().startsWith("```")).count(),
        2L * page.blocks().size(),
        "fences, two for each block");
    page.blocks()
        .forEach(block -> assertTrue(LANGUAGES.contains(block.language()), block::toString));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void yamlCanBeRead(Page page) {
    for (String block : page.blocks("yaml")) {
      assertTrue(YAMLMapper.shared().readTree(block).isObject(), block);
    }
  }

  @Test
  void aPolicyIsWholeAndForBothTransports() throws IOException {
    List<JsonNode> policies = objects("NetworkPolicy").toList();
    assertFalse(policies.isEmpty());
    for (JsonNode policy : policies) {
      assertEquals("networking.k8s.io/v1", policy.path("apiVersion").asString(""));
      assertFalse(policy.at("/metadata/name").asString("").isEmpty(), policy::toString);
      assertFalse(policy.at("/metadata/namespace").asString("").isEmpty(), policy::toString);
      assertTrue(policy.at("/spec/podSelector").isObject(), "whom it selects: " + policy);
      assertEquals(1, policy.at("/spec/policyTypes").size(), "what it isolates: " + policy);
      String direction = policy.at("/spec/policyTypes/0").asString("");
      JsonNode rules = policy.path("spec").path(direction.toLowerCase(Locale.ROOT));
      assertFalse(rules.isEmpty(), "a rule for " + direction + ": " + policy);
    }
  }

  /** Checks whole policies and parts of policies. */
  @Test
  void whereverPortsAreOpenedTheyAreForBothTransports() throws IOException {
    List<JsonNode> ports = new ArrayList<>();
    for (Page page : pages()) {
      for (String block : page.blocks("yaml")) {
        ports.addAll(YAMLMapper.shared().readTree(block).findValues("ports"));
      }
    }
    assertFalse(ports.isEmpty());
    for (JsonNode each : ports) {
      Set<String> protocols =
          each.values().stream()
              .map(port -> port.path("protocol").asString(""))
              .collect(toCollection(TreeSet::new));
      assertTrue(
          protocols.equals(Set.of("TCP", "UDP")) || protocols.equals(Set.of("ANY")),
          each::toString);
    }
  }

  private static Stream<JsonNode> objects(String kind) throws IOException {
    return pages().stream()
        .flatMap(page -> page.blocks("yaml").stream())
        .map(block -> YAMLMapper.shared().readTree(block))
        .filter(object -> object.path("kind").asString("").equals(kind));
  }

  @Test
  void prometheusUnderstandsEveryQuery(@TempDir Path folder) throws IOException {
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(promtool.isPresent(), "promtool is not installed (Debian package prometheus)");
    Map<String, String> queries = queries();
    assertFalse(queries.isEmpty());
    Path rules = Files.writeString(folder.resolve("runbooks.yaml"), rules(queries));
    String said = Commands.run(promtool.get().toString(), "check", "rules", rules.toString());
    assertTrue(said.contains(queries.size() + " rules found"), said);
  }

  /** The queries, each with a name that contains its page. */
  private static Map<String, String> queries() throws IOException {
    Map<String, String> queries = new TreeMap<>();
    for (Page page : pages()) {
      for (String query : page.blocks("promql")) {
        queries.put(page.name().replace('-', '_') + ":query:" + queries.size(), query);
      }
    }
    return queries;
  }

  private static String rules(Map<String, String> queries) {
    List<Map<String, String>> rules =
        queries.entrySet().stream()
            .map(query -> Map.of("record", query.getKey(), "expr", query.getValue()))
            .toList();
    return YAMLMapper.shared()
        .writeValueAsString(Map.of("groups", List.of(Map.of("name", "runbooks", "rules", rules))));
  }
}
