package io.github.dnsonde;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the commands on all pages. The command line accepts those of dnsonde, and they run here if
 * they need no cluster. Those of Maven name parts of the build. {@code PageValuesTest} renders
 * {@code --set} and values. Every block is valid for the shell. All other commands are in a list,
 * with reasons.
 */
class PageCommandsTest {

  /**
   * The words after the program, for any way to start it, up to a pipe, a comment, a bracket or a
   * redirection.
   */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)(?:^|-- |[|] |\\()(?:dnsonde(?:-controller)?|java -jar \\S+/dnsonde[.]jar)"
              + " ([a-z][^|;#)>\n]*)");

  /** A call of the plugin, with all that is for it. */
  private static final Pattern PLUGIN =
      Pattern.compile("\\bkubectl dnsonde ((?:--[a-z-]+ \\S+ )*[a-z][^|;#)>\n]*)");

  /** A cluster with one agent and one controller, which prints every other call. */
  private static final String STAND_IN =
      """
      #!/bin/sh
      case "$*" in
        "get pods"*component=controller*) echo "dnsonde controller-1 worker-1 " ;;
        "get pods"*component=agent*) echo "dnsonde agent-1 worker-1 " ;;
        "get pod "*) echo worker-1 ;;
        *) printf '%s\\n' "$*" ;;
      esac
      """;

  /** The values of the pages' variables. */
  private static final Map<String, String> VARIABLES =
      Map.of(
          "$NS", "payments",
          "$POD", "web-0",
          "$NODE", "worker-1",
          "$IP", "10.244.0.3",
          "$ip", "10.244.0.3");

  /** The programs whose commands no test runs, and the reason. */
  private static final Map<String, String> UNTRIED =
      Map.ofEntries(
          Map.entry("kubectl", "needs a cluster; what it executes in a pod is still parsed here"),
          Map.entry("helm", "needs a cluster; PageValuesTest renders the values"),
          Map.entry("curl", "needs a running agent; ProtectedAgentTest sends the same requests"),
          Map.entry("docker", "needs a Docker daemon and images of a registry"),
          Map.entry("skopeo", "needs a registry"),
          Map.entry("cosign", "needs a registry and a key"),
          Map.entry("flux", "needs a cluster with Flux"),
          Map.entry("argocd", "needs a cluster with Argo CD"),
          Map.entry("alias", "changes the shell of the reader; `completion` is run here"),
          Map.entry("kill", "ends a program that the page started before"),
          Map.entry("echo", "prints a heading between other commands"),
          Map.entry(".ci/run", "runs these tests, among others"),
          Map.entry("src/main/docker/build", "needs minutes; .ci/run builds the image"));

  @TempDir private Path folder;

  private static List<String> commandsOf(List<Page> pages) {
    return pages.stream()
        .flatMap(page -> COMMAND.matcher(page.typed()).results())
        .map(found -> found.group(1).strip())
        .distinct()
        .sorted()
        .toList();
  }

  static List<String> commands() throws IOException {
    return commandsOf(Page.all());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandLineAcceptsIt(String command) {
    String[] words = words(command);
    assertDoesNotThrow(() -> Main.commandLine().parseArgs(words));
  }

  private static String[] words(String command) {
    String filled = command;
    for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
      filled = filled.replace(variable.getKey(), variable.getValue());
    }
    assertFalse(filled.contains("$"), filled);
    return filled.replace("'", "").split(" +", -1);
  }

  static List<String> commandsOfThePlugin() throws IOException {
    return Page.all().stream()
        .flatMap(page -> PLUGIN.matcher(page.typed()).results())
        .map(found -> found.group(1).strip())
        .distinct()
        .sorted()
        .toList();
  }

  /** The plugin accepts it, and the command line what the plugin executes in a pod. */
  @ParameterizedTest
  @MethodSource("commandsOfThePlugin")
  void thePluginAndTheCommandLineAcceptIt(String command) throws IOException {
    Path kubectl = Files.writeString(folder.resolve("kubectl"), STAND_IN);
    assertTrue(kubectl.toFile().setExecutable(true));
    List<String> line =
        new ArrayList<>(
            List.of("env", "KUBECTL=" + kubectl, "sh", "src/main/kubectl/kubectl-dnsonde"));
    line.addAll(List.of(words(command)));
    String executed = Commands.run(line.toArray(String[]::new)).strip();
    if (command.startsWith("page")) {
      assertTrue(executed.contains("port-forward"), executed);
    } else {
      String[] words = executed.replaceFirst(".* -- dnsonde(-controller)? ", "").split(" ", -1);
      assertDoesNotThrow(() -> Main.commandLine().parseArgs(words), executed);
    }
  }

  @Test
  void thereAreSomeOfEachKind() throws IOException {
    List<String> runbooks = commandsOf(Page.runbooks());
    for (String command : List.of("check --pod ", "status", "explain ", "vantages")) {
      assertTrue(runbooks.stream().anyMatch(found -> found.startsWith(command)), command);
    }
    List<String> plugin = commandsOfThePlugin();
    for (String command :
        List.of("status", "explain $NS", "incident ", "check $NS/$POD", "vantages --node ")) {
      assertTrue(plugin.stream().anyMatch(found -> found.startsWith(command)), command);
    }
    List<String> documents = commandsOf(Page.documents());
    for (String command :
        List.of("check", "agent ", "vantages", "explain ", "lint ", "probe-pods ", "completion")) {
      assertTrue(documents.stream().anyMatch(found -> found.startsWith(command)), command);
    }
  }

  @Test
  void commandsWithoutAClusterRun() throws IOException {
    Path deploy = Files.createDirectory(folder.resolve("deploy"));
    Files.writeString(deploy.resolve("policy.yaml"), ALLOWS_DNS);
    Path config = Files.writeString(folder.resolve("dnsonde.yaml"), "");
    List<String> run = new ArrayList<>();
    for (String command : commandsOf(Page.documents())) {
      boolean linted =
          command.startsWith("lint ")
              && !command.contains("--build")
              && !command.contains("--against-cluster");
      if ((linted && !command.startsWith("lint -")) || command.endsWith("--check-config")) {
        String here =
            command
                .replaceFirst("lint \\S+", "lint " + deploy)
                .replaceAll("=(lint[.][a-z]+)", "=" + folder + "/$1")
                .replaceAll("(\\S+-baseline|--baseline) (\\S+)", "$1 " + folder + "/$2")
                .replace("dnsonde.yaml", config.toString())
                .replace("'", "");
        StringWriter said = new StringWriter();
        int status =
            Main.commandLine()
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(said))
                .execute(here.split(" +", -1));
        assertEquals(0, status, () -> here + "\n" + said);
        run.add(command);
      }
    }
    assertTrue(run.size() >= 4, run::toString);
    assertTrue(Files.exists(folder.resolve("lint.sarif")), "the page's file was written");
  }

  private static final String ALLOWS_DNS =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: allow-dns, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - ports:
              - {protocol: UDP, port: 53}
              - {protocol: TCP, port: 53}
              - {protocol: UDP, port: 5353}
              - {protocol: TCP, port: 5353}
      """;

  @Test
  void theConfigurationOfProbePodsIsValid() throws Exception {
    Page page = page("docs/install.md");
    List<String> blocks =
        page.blocks("yaml").stream().filter(block -> block.startsWith("probe-pods:")).toList();
    assertEquals(1, blocks.size(), "examples of probe-pods");
    Path file = Files.writeString(folder.resolve("probe-pods.yaml"), blocks.getFirst());
    assertEquals(
        1, ConfigFile.read(file, Map.of()).probePods().namespaces().include().size(), "patterns");
  }

  private static Page page(String file) throws IOException {
    return Page.documents().stream()
        .filter(page -> page.file().equals(Path.of(file)))
        .findFirst()
        .orElseThrow();
  }

  static Stream<Page> pagesWithShell() throws IOException {
    return Page.all().stream().filter(page -> !page.blocks("sh").isEmpty());
  }

  @ParameterizedTest
  @MethodSource("pagesWithShell")
  void theShellUnderstandsEveryBlock(Page page) throws IOException {
    for (String block : page.blocks("sh")) {
      assertEquals("", Commands.run(List.of("bash", "-n"), block), block);
    }
  }

  /** The program at the start of each line of a block, assignments left out. */
  private static Stream<String> programs(String block) {
    return block
        .replace("\\\n", " ")
        .lines()
        .map(line -> line.strip().replaceFirst("^([A-Za-z]+=(\"[^\"]*\"|\\$\\(.*\\)|\\S*) *)+", ""))
        .map(line -> line.replaceFirst("^for .*?; do\\b *", "").replaceFirst("^(done|do)\\b *", ""))
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.split("[ ;]", 2)[0]);
  }

  @Test
  void everyOtherProgramIsInTheListWithItsReason() throws IOException {
    Set<String> others =
        Page.all().stream()
            .flatMap(page -> page.blocks("sh").stream())
            .flatMap(PageCommandsTest::programs)
            .filter(program -> !Set.of("dnsonde", "java", "mvn").contains(program))
            .collect(toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(UNTRIED.keySet()), others);
  }

  private static final Pattern MAVEN = Pattern.compile("(?m)\\bmvn ([^\n`]+)");

  static List<String> maven() throws IOException {
    return Page.all().stream()
        .flatMap(page -> MAVEN.matcher(page.typed()).results())
        .map(found -> found.group(1).replaceFirst(" +#.*", "").strip())
        .distinct()
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("maven")
  void theBuildHasThePartsThatItNames(String command) throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    Pattern.compile("exec:exec@([a-z]+)")
        .matcher(command)
        .results()
        .forEach(found -> assertTrue(pom.contains("<id>" + found.group(1) + "</id>"), command));
    Pattern.compile("-P([a-z0-9]+)")
        .matcher(command)
        .results()
        .forEach(found -> assertTrue(pom.contains("<id>" + found.group(1) + "</id>"), command));
    Pattern.compile("-D([a-z]+[.](?:arguments|mode))")
        .matcher(command)
        .results()
        .forEach(found -> assertTrue(pom.contains("${" + found.group(1) + "}"), command));
  }
}
