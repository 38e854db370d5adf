package io.github.dnsonde.e2e;

import io.github.dnsonde.e2e.monitoring.Daemon;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cluster that it all happens in: the test cluster whose command is given, or any other that
 * kubectl reaches; then what only the test cluster can do is left out.
 */
public final class Cluster {

  private static final Pattern VARIABLE = Pattern.compile("(KUBECONFIG|PATH)=(\\S+)");

  private static final String KUBECTL = "kubectl";

  private final Optional<Program> command;
  private final String program;
  private final Program kubectl;
  private final Map<String, String> environment;

  private Cluster(Optional<Program> command, String program, Map<String, String> environment) {
    this.command = command;
    this.program = program;
    this.environment = environment;
    this.kubectl = new Program(List.of(program), environment);
  }

  /** The cluster of the current kubeconfig. */
  static Cluster current() {
    return new Cluster(Optional.empty(), KUBECTL, Map.of());
  }

  /** The test cluster; brought up anew with two nodes and these options. */
  public static Cluster brought(Path command, List<String> options) throws IOException {
    Program cluster = new Program(List.of(command.toString()), Map.of());
    cluster.run("down");
    String[] up = new String[options.size() + 3];
    up[0] = "up";
    up[1] = "--nodes";
    up[2] = "2";
    for (int i = 0; i < options.size(); i++) {
      up[i + 3] = options.get(i);
    }
    cluster.run(up);
    Map<String, String> variables = new HashMap<>();
    VARIABLE
        .matcher(cluster.run("env"))
        .results()
        .forEach(found -> variables.put(found.group(1), found.group(2)));
    String programs = variables.getOrDefault("PATH", "").split(":", 2)[0]; // kubectl among them
    return new Cluster(
        Optional.of(cluster),
        Path.of(programs, KUBECTL).toString(),
        Map.of("KUBECONFIG", variables.getOrDefault("KUBECONFIG", "")));
  }

  /** Whether nodes can be entered, and parts stopped. */
  boolean isTestCluster() {
    return command.isPresent();
  }

  Map<String, String> environment() {
    return environment;
  }

  /**
   * Lets programs on this machine speak to the API server, with our credentials.
   *
   * @param address on loopback
   */
  Daemon proxy(InetSocketAddress address, Path log) throws IOException {
    return Daemon.start(
        List.of(
            program,
            "proxy",
            "--address=" + address.getAddress().getHostAddress(),
            "--port=" + address.getPort()),
        environment,
        log);
  }

  /**
   * Runs kubectl.
   *
   * @throws IOException if it failed; the message is what it wrote
   */
  public String kubectl(String... arguments) throws IOException {
    if (command.isPresent()) {
      String[] all = new String[arguments.length + 1];
      all[0] = "kubectl";
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      return command.get().run(all);
    }
    return kubectl.run(arguments);
  }

  /**
   * Applies objects, of which those that the API server refuses keep no other back.
   *
   * @throws IOException if it refused some; the message is what it said
   */
  public void apply(String manifests) throws IOException {
    if (command.isPresent()) {
      command.get().reading(manifests, "kubectl", "apply", "-f", "-");
    } else {
      kubectl.reading(manifests, "apply", "-f", "-");
    }
  }

  /** A command of the test cluster, such as {@code stop apiserver}. */
  public String part(String... arguments) throws IOException {
    return command
        .orElseThrow(() -> new IllegalStateException("only the test cluster can do that"))
        .run(arguments);
  }
}
