package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Kubernetes cluster of two nodes on this machine, started by the command that the
 * environment variable {@code DNSONDE_TEST_CLUSTER} names: {@code up}, {@code down}, {@code env},
 * {@code kubectl}, {@code exec NODE COMMAND…}, {@code stop} and {@code start} of a part. Started
 * once for all tests of one JVM, and removed when it ends.
 */
public final class TestCluster {

  /** The variable that names the command. */
  public static final String VARIABLE = "DNSONDE_TEST_CLUSTER";

  private static final Pattern KUBECONFIG = Pattern.compile("KUBECONFIG=(\\S+)");

  private static Optional<TestCluster> running = Optional.empty();

  private final Path command;
  private final Path kubeconfig;

  private TestCluster(Path command) throws IOException {
    this.command = command;
    if (run("", "ps").isBlank()) {
      run("", "up", "--nodes", "2");
      Runtime.getRuntime().addShutdownHook(new Thread(this::down));
    }
    this.kubeconfig = kubeconfig(run("", "env"));
    if (!kubectl("get", "nodes", "-o", "name").contains("node/node2")) {
      throw new IOException("the cluster that is up has only one node, and two are needed");
    }
  }

  /** The running cluster; the test is skipped if no cluster is available. */
  public static synchronized TestCluster up() throws IOException {
    String command = System.getenv().getOrDefault(VARIABLE, "");
    Assumptions.assumeFalse(
        command.isEmpty(), VARIABLE + " does not name the command that brings up a test cluster");
    if (running.isEmpty()) {
      running = Optional.of(new TestCluster(Path.of(command)));
    }
    return running.get();
  }

  private static Path kubeconfig(String variables) {
    Matcher found = KUBECONFIG.matcher(variables);
    if (!found.find()) {
      throw new IllegalStateException("no KUBECONFIG in: " + variables);
    }
    return Path.of(found.group(1));
  }

  /** The file to log in with as administrator. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Shell variables for processes inside a node. */
  public String insideVariables() throws IOException {
    return run("", "env", "--inside");
  }

  /** Runs kubectl and returns what it prints. */
  public String kubectl(String... arguments) throws IOException {
    return run("", prefixed(arguments, "kubectl"));
  }

  /** {@code kubectl apply} of manifests. */
  public void apply(String manifests) throws IOException {
    run(manifests, "kubectl", "apply", "-f", "-");
  }

  /** Runs kubectl with an input, and returns everything that it prints, also if it fails. */
  public String printed(String input, String... arguments) throws IOException {
    return ended(input, arguments).said();
  }

  /** Runs kubectl with an input; returns how it ended. */
  public Commands.Ended ended(String input, String... arguments) throws IOException {
    return Commands.ended(
        Stream.concat(Stream.of(command.toString(), "kubectl"), Arrays.stream(arguments)).toList(),
        input);
  }

  /** {@code kubectl create} of manifests, which adds nothing to them. */
  public void create(String manifests) throws IOException {
    run(manifests, "kubectl", "create", "-f", "-");
  }

  /**
   * Runs a command with a place's network, mounts and processes.
   *
   * @param place a node, by its name, or {@code world} for the outside of the cluster
   */
  public String exec(String place, String... inside) throws IOException {
    return run("", prefixed(inside, "exec", place));
  }

  /** Starts a command with a place's network, mounts and processes, and does not wait for it. */
  public Process begin(String place, Path log, String... inside) throws IOException {
    List<String> line = new ArrayList<>(List.of(command.toString(), "exec", place));
    line.addAll(List.of(inside));
    return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** The log of a part, such as {@code netpol} on a node. */
  public String log(String place, String part) throws IOException {
    return run("", "logs", place, part);
  }

  /** Ends a part, such as {@code apiserver}. */
  public void stop(String part) throws IOException {
    run("", "stop", part);
  }

  /** Starts a part that was ended. */
  public void start(String part) throws IOException {
    run("", "start", part);
  }

  private void down() {
    try {
      run("", "down");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String[] prefixed(String[] arguments, String... before) {
    return Stream.concat(Arrays.stream(before), Arrays.stream(arguments)).toArray(String[]::new);
  }

  private String run(String input, String... arguments) throws IOException {
    List<String> line =
        Stream.concat(Stream.of(command.toString()), Arrays.stream(arguments)).toList();
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedWriter writer = process.outputWriter(UTF_8)) {
      writer.write(input);
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", line) + ": " + said.strip());
      }
      return said;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }
}
