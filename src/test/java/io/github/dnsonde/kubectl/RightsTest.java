package io.github.dnsonde.kubectl;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Compares the Roles on the page with the calls of the plugin and the commands of the pages. */
class RightsTest {

  private static final String AGENTS = "dnsonde";

  /** A cluster that writes down what it is asked for. */
  private static final String STAND_IN =
      """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$(dirname "$0")/calls"
      case "$*" in
        "get pods"*component=controller*) echo "dnsonde-controller controller-1 n1 " ;;
        "get pods"*component=agent*) echo "dnsonde agent-1 n1 " ;;
        "get pod "*) echo n1 ;;
      esac
      """;

  @TempDir private Path folder;
  private Path kubectl = Path.of("");

  @BeforeEach
  void cluster() throws IOException {
    kubectl = Files.writeString(folder.resolve("kubectl"), STAND_IN);
    assertTrue(kubectl.toFile().setExecutable(true));
  }

  @ParameterizedTest
  @CsvSource({
    "dnsonde-on-call, dnsonde-controller, deploy(?:ment)?/dnsonde-controller,"
        + " status|explain payments|incident payments|page",
    "dnsonde-platform, dnsonde, (?:ds|daemonset)/dnsonde\\b|\\$AGENT,"
        + " check --node n1|vantages --node n1"
  })
  void aRolePermitsWhatItsCommandsNeedAndNoMore(
      String name, String namespace, String target, String commands) throws IOException {
    Set<String> needed = new TreeSet<>();
    for (Page each : Page.all()) {
      Pattern.compile("kubectl (exec|logs|port-forward) -n dnsonde (" + target + ")")
          .matcher(each.text())
          .results()
          .forEach(command -> needed.addAll(rightsOn(command.group(1), command.group(2))));
    }
    assertFalse(needed.isEmpty(), "no page has a command for " + target);
    for (String command : commands.split("\\|", -1)) {
      calls("--dnsonde-namespace " + namespace + " " + command)
          .forEach(call -> needed.addAll(rights(call, namespace)));
    }
    JsonNode role = role(name);
    assertEquals(namespace, role.at("/metadata/namespace").asString(""));
    assertEquals(needed, permitted(role));
    for (String command : commands.split("\\|", -1)) {
      String word = command.split(" ", 2)[0];
      assertTrue(page().text().contains("name: " + name + " #"), name);
      assertTrue(
          page()
              .text()
              .lines()
              .anyMatch(line -> line.contains("name: " + name + " #") && line.contains(word)),
          name + " does not mention " + word);
    }
  }

  /** The node of a pod is looked up in the pod's namespace, with a right that {@code view} has. */
  @Test
  void aPodOfATenantIsOnlyRead() throws IOException {
    List<String> calls = calls("--dnsonde-namespace dnsonde check payments/web-0");
    assertTrue(calls.getFirst().startsWith("get pod --namespace payments web-0"), calls::toString);
    assertTrue(
        calls.stream().skip(1).allMatch(call -> call.contains("--namespace" + equalOrSpace(call))),
        calls::toString);
    assertEquals(
        Set.of("create pods/exec", "get pods", "list pods"),
        calls.stream().skip(1).flatMap(call -> rights(call, AGENTS).stream()).collect(toSet()));
  }

  private static String equalOrSpace(String call) {
    return call.contains("--namespace=") ? "=" + AGENTS : " " + AGENTS;
  }

  /** The rights that a call of kubectl needs in a namespace. */
  private static Set<String> rights(String call, String namespace) {
    assertTrue(
        call.contains("--namespace=" + namespace + " ")
            || call.contains("--namespace " + namespace + " "),
        call);
    return switch (call.split(" ", 3)[0] + " " + call.split(" ", 3)[1]) {
      case "get pods" -> Set.of("list pods");
      case "get pod" -> Set.of("get pods");
      case "exec --namespace" -> Set.of("get pods", "create pods/exec");
      case "port-forward --address" -> Set.of("get pods", "create pods/portforward");
      default -> throw new AssertionError("the rights of this call are not known: " + call);
    };
  }

  /** The rights that a command of a page needs. Of a workload, kubectl looks up one of the pods. */
  private static List<String> rightsOn(String verb, String target) {
    String own =
        switch (verb) {
          case "exec" -> "create pods/exec";
          case "logs" -> "get pods/log";
          case "port-forward" -> "create pods/portforward";
          default -> throw new AssertionError("the rights of kubectl " + verb + " are not known");
        };
    if (target.startsWith("$")) {
      return List.of("get pods", own);
    }
    String kind = target.startsWith("deploy") ? "deployments" : "daemonsets";
    return List.of("get " + kind + ".apps", "list pods", "get pods", own);
  }

  private static Set<String> permitted(JsonNode role) {
    Set<String> permitted = new TreeSet<>();
    for (JsonNode rule : role.path("rules")) {
      String group = String.join(" ", words(rule, "apiGroups"));
      String suffix = group.isEmpty() ? "" : "." + group;
      for (String resource : words(rule, "resources")) {
        words(rule, "verbs").forEach(verb -> permitted.add(verb + " " + resource + suffix));
      }
    }
    return permitted;
  }

  private static List<String> words(JsonNode rule, String field) {
    return rule.path(field).valueStream().map(JsonNode::asString).toList();
  }

  private static Page page() throws IOException {
    return Page.documents().stream()
        .filter(page -> page.file().equals(Path.of("docs/install.md")))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode role(String name) throws IOException {
    return page().blocks("yaml").stream()
        .map(block -> YAMLMapper.shared().readTree(block))
        .filter(object -> object.path("kind").asString("").equals("Role"))
        .filter(role -> role.at("/metadata/name").asString("").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<String> calls(String arguments) throws IOException {
    Path calls = folder.resolve("calls");
    Files.deleteIfExists(calls);
    List<String> line =
        new ArrayList<>(
            List.of("env", "KUBECTL=" + kubectl, "sh", "src/main/kubectl/kubectl-dnsonde"));
    line.addAll(List.of(arguments.split(" ", -1)));
    Commands.run(line.toArray(String[]::new));
    return Files.readAllLines(calls);
  }
}
