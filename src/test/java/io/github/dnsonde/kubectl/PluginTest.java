package io.github.dnsonde.kubectl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands that the plugin passes to kubectl. A shell script stands in for kubectl: it writes
 * down its arguments and answers from a cluster of two nodes.
 */
class PluginTest {

  private static final Path PLUGIN = Path.of("src/main/kubectl/kubectl-dnsonde").toAbsolutePath();

  /** Answers of the stand-in, by the words that a command contains. */
  private static final String STAND_IN =
      """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$FOLDER/calls"
      case "$*" in
        *"auth can-i"*) cat "$FOLDER/allowed" ;;
        *forbidden*) echo 'Error from server (Forbidden)' >&2; exit 1 ;;
        *"get pods"*component=controller*) cat "$FOLDER/controllers" ;;
        *"get pods"*component=agent*nodeName=n1*) grep ' n1 ' "$FOLDER/agents" ;;
        *"get pods"*component=agent*nodeName=*) ;;
        *"get pods"*component=agent*) cat "$FOLDER/agents" ;;
        *"get pods --namespace payments"*) echo n2 ;;
        *"get pod --namespace payments web-0"*) echo n1 ;;
        *"get pod --namespace payments new-0"*) ;;
        *"get namespaces"*) printf 'payments\\nshop\\n' ;;
        *"explain payments --output json"*) printf '{\\n  "findings": []\\n}\\n' ;;
        *--merge) cat > "$FOLDER/merged" ;;
        *exec*) exit 7 ;;
      esac
      """;

  private static final String CONTROLLER = "dnsonde dnsonde-controller-1 n2 \n";
  private static final String AGENTS = "dnsonde agent-1 n1 \ndnsonde agent-2 n2 \n";

  @TempDir private Path folder;

  /** The exit status and the output of the plugin. */
  private record Ended(int status, String out) {}

  @BeforeEach
  void cluster() throws IOException {
    Path kubectl = Files.writeString(folder.resolve("kubectl"), STAND_IN);
    assertTrue(kubectl.toFile().setExecutable(true));
    Files.writeString(folder.resolve("controllers"), CONTROLLER);
    Files.writeString(folder.resolve("agents"), AGENTS);
    Files.writeString(folder.resolve("allowed"), "yes\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "status --watch; exec --namespace dnsonde dnsonde-controller-1 --container controller -i --"
            + " dnsonde-controller status --watch",
        "explain payments --fix; exec --namespace dnsonde dnsonde-controller-1 --container"
            + " controller -i -- dnsonde-controller explain payments --fix",
        "incident payments --since 2h; exec --namespace dnsonde dnsonde-controller-1 --container"
            + " controller -i -- dnsonde-controller incident payments --since 2h",
        "--context prod --as=me status; --context=prod --as=me exec --namespace dnsonde"
            + " dnsonde-controller-1 --container controller -i -- dnsonde-controller status",
        "status --as me --as-group=system:masters --as-group dev*; --as=me --as-group=dev*"
            + " --as-group=system:masters exec --namespace dnsonde dnsonde-controller-1"
            + " --container controller -i -- dnsonde-controller status",
        "check payments/web-0 --count 3; exec --namespace dnsonde agent-1 --container agent -i --"
            + " dnsonde check --pod payments/web-0 --count 3",
        "status --context prod --as me -o json; --context=prod --as=me exec --namespace dnsonde"
            + " dnsonde-controller-1 --container controller -i -- dnsonde-controller status -o"
            + " json",
        "check --node n1 --count 3; exec --namespace dnsonde agent-1 --container agent -i --"
            + " dnsonde check --agent --count 3",
        "vantages payments/web-0; exec --namespace dnsonde agent-1 --container agent -i -- dnsonde"
            + " vantages",
        "vantages --node n1 -o json; exec --namespace dnsonde agent-1 --container agent -i --"
            + " dnsonde vantages -o json",
      })
  void theCommandRunsInTheRightPodWithItsExitStatus(String arguments, String call)
      throws IOException {
    assertEquals(7, run(arguments.split(" ")).status());
    assertEquals(call, calls().getLast());
  }

  @Test
  void thePageIsForwardedFromTheController() throws IOException {
    Ended ended = run("page", "--port", "8080");
    assertEquals(new Ended(0, "http://127.0.0.1:8080/ until Ctrl-C\n"), ended);
    assertEquals(
        "port-forward --address 127.0.0.1 --namespace dnsonde dnsonde-controller-1 8080:9054",
        calls().getLast());
  }

  @Test
  void withoutAControllerExplainMergesTheAgentsOfTheNodesConcerned() throws IOException {
    Files.writeString(folder.resolve("controllers"), "");
    Ended ended = run("explain", "payments");
    assertEquals(
        new Ended(
            0,
            "kubectl dnsonde: no controller runs in this cluster; merging the answers of the"
                + " agents\n"),
        ended);
    assertEquals(
        "{\"node\": \"n2\", \"diagnosis\": {\n  \"findings\": []\n}}\n",
        Files.readString(folder.resolve("merged")));
    assertEquals(
        "exec --namespace dnsonde agent-1 --container agent -i -- dnsonde explain payments"
            + " --merge",
        calls().getLast());
  }

  /** The stand-in answers about namespace payments only. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "explain -o json payments",
        "explain --output json payments --fix",
        "explain payments -o json",
        "explain --output=json payments",
        "explain --config /etc/dnsonde.yaml payments",
        "explain --fix payments",
      })
  void theValueOfAnOptionIsNotTakenForTheNamespace(String arguments) throws IOException {
    Files.writeString(folder.resolve("controllers"), "");
    assertEquals(0, run(arguments.split(" ")).status());
    assertTrue(
        calls().stream().anyMatch(call -> call.endsWith("dnsonde explain payments --output json")),
        () -> arguments);
    assertTrue(calls().getLast().endsWith("dnsonde " + arguments + " --merge"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "2; frobnicate; unknown command 'frobnicate'; ",
        "2; --frobnicate status; unknown flag '--frobnicate'; ",
        "2; check; check needs a pod or a node first: kubectl dnsonde check NAMESPACE/POD, or"
            + " --node NODE; ",
        "1; page; the page of one node: kubectl port-forward; none",
        "2; check web-0; expected NAMESPACE/POD; ",
        "1; check payments/new-0; is not on a node yet; ",
        "1; vantages --node n9; no agent runs on node n9, so none probes there; ",
        "1; vantages --node n9 --dnsonde-namespace other; if it is in another namespace; ",
        "2; status --context; --context needs a value; ",
        "1; status --dnsonde-namespace other; no controller runs in namespace other; none",
        "1; page; no controller runs in this cluster; none",
        "1; page; choose one with --dnsonde-namespace; several",
        "2; page --port x; found port 'x', expected a number; ",
        "1; status; no controller runs in this cluster; none",
        "1; incident payments; 'kubectl dnsonde explain' merges what the agents know; none",
        "1; status; choose one with --dnsonde-namespace; several",
      })
  void aMistakeHasItsOwnMessage(int status, String arguments, String part, String controllers)
      throws IOException {
    if (controllers != null) {
      Files.writeString(
          folder.resolve("controllers"),
          controllers.equals("none") ? "" : CONTROLLER + "other dnsonde-controller-2 n1 \n");
    }
    Ended ended = run(arguments.split(" "));
    assertEquals(status, ended.status(), ended.out());
    assertTrue(ended.out().startsWith("kubectl dnsonde: "), ended.out());
    assertTrue(ended.out().contains(part), ended.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "no; status; name the one of dnsonde with --dnsonde-namespace",
        "no; status --dnsonde-namespace other; you may not list pods in namespace other: ask for",
        "yes; status; kubectl cannot list the pods of dnsonde in this cluster",
        "; status; kubectl cannot list the pods of dnsonde in this cluster",
      })
  void onlyARefusalIsAnsweredWithAdviceAboutRights(String allowed, String arguments, String advice)
      throws IOException {
    Files.writeString(folder.resolve("allowed"), allowed == null ? "" : allowed + "\n");
    Ended ended = run((arguments + " --context forbidden").split(" "));
    assertEquals(1, ended.status(), ended.out());
    assertTrue(
        ended.out().startsWith("Error from server (Forbidden)\nkubectl dnsonde: "), ended.out());
    assertTrue(ended.out().contains(advice), ended.out());
  }

  /** On a node that died, such a pod seems to run until its node is removed. */
  @Test
  void aPodThatIsBeingDeletedIsNotAsked() throws IOException {
    Files.writeString(
        folder.resolve("controllers"),
        "dnsonde dnsonde-controller-0 n1 2026-11-22T12:00:00Z\n" + CONTROLLER);
    run("status");
    assertTrue(calls().getLast().contains("exec --namespace dnsonde dnsonde-controller-1 "));
  }

  @Test
  void withoutKubectlTheErrorSaysSo() throws IOException {
    Files.delete(folder.resolve("kubectl"));
    ProcessBuilder builder =
        new ProcessBuilder(PLUGIN.toString(), "status").redirectErrorStream(true);
    builder.environment().put("KUBECTL", folder.resolve("kubectl").toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("kubectl dnsonde: cannot find '" + folder.resolve("kubectl") + "' on PATH\n", out);
  }

  @Test
  void completionOffersCommandsAndNamespaces() throws IOException {
    Path link = folder.resolve("kubectl_complete-dnsonde");
    Files.copy(PLUGIN, link, StandardCopyOption.COPY_ATTRIBUTES);
    assertEquals(
        "status\nexplain\nincident\npage\ncheck\nvantages\n:4\n", run(link, List.of("")).out());
    assertEquals("payments\nshop\n:4\n", run(link, List.of("explain", "pa")).out());
    assertEquals(":4\n", run(link, List.of("status", "")).out());
  }

  @Test
  void helpNamesEveryCommandAndFlag() throws IOException {
    Ended help = run("--help");
    assertEquals(0, help.status());
    String plugin = Files.readString(PLUGIN);
    List.of("status", "explain", "incident", "page", "check", "vantages", "--dnsonde-namespace")
        .forEach(word -> assertTrue(help.out().contains(word) && plugin.contains(word), word));
  }

  @Test
  void shellcheckFindsNothing() throws IOException {
    Optional<Path> shellcheck = Programs.find("shellcheck");
    assumeTrue(shellcheck.isPresent(), "shellcheck is not installed (Debian package shellcheck)");
    assertEquals(
        new Ended(0, ""),
        run(
            shellcheck.get(),
            List.of("--enable=all", "--exclude=SC2249,SC2250,SC2310,SC2312", PLUGIN.toString())));
  }

  /** The archive that the manifest for krew describes is made by the command that it names. */
  @Test
  void theManifestForKrewHoldsTheDigestOfTheArchive() throws IOException {
    Path archive = folder.resolve("kubectl-dnsonde.tar.gz");
    Ended packed =
        run(Path.of("src/main/kubectl/pack").toAbsolutePath(), List.of(archive.toString()));
    assertEquals(0, packed.status(), packed.out());
    String manifest = Files.readString(Path.of("src/main/kubectl/dnsonde.yaml"));
    assertTrue(
        manifest.contains("sha256: " + digest(archive)),
        () -> "expected in src/main/kubectl/dnsonde.yaml: sha256: " + digest(archive));
  }

  private static String digest(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private Ended run(String... arguments) throws IOException {
    return run(PLUGIN, List.of(arguments));
  }

  private Ended run(Path program, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.remove("DNSONDE_NAMESPACE");
    environment.remove("DNSONDE_NAME");
    environment.put("FOLDER", folder.toString());
    environment.put("PATH", folder + ":" + environment.get("PATH"));
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Ended(process.waitFor(), out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
