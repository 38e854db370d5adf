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
 * The cluster of the test: the test cluster whose command is given, or any other that kubectl
 * reaches. In any other, steps that only the test cluster supports are omitted.
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

  /** Returns the cluster of the current kubeconfig. */
  static Cluster current() {
    return new Cluster(Optional.empty(), KUBECTL, Map.of());
  }

  /** Starts a new test cluster with two nodes and these options. */
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
    String programs = variables.getOrDefault("PATH", "").split(":", 2)[0]; // also kubectl
    return new Cluster(
        Optional.of(cluster),
        Path.of(programs, KUBECTL).toString(),
        Map.of("KUBECONFIG", variables.getOrDefault("KUBECONFIG", "")));
  }

  /** Returns whether commands can run on nodes, and parts can be stopped. */
  boolean isTestCluster() {
    return command.isPresent();
  }

  Map<String, String> environment() {
    return environment;
  }

  /**
   * Starts a proxy that gives programs on this machine access to the API server with our
   * credentials.
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
   * Forwards a port of this machine to the page of a Deployment.
   *
   * @param address on loopback
   */
  Daemon forward(String namespace, String deployment, InetSocketAddress address, Path log)
      throws IOException {
    return Daemon.start(
        List.of(
            program,
            "port-forward",
            "--address=" + address.getAddress().getHostAddress(),
            "--namespace=" + namespace,
            "deployment/" + deployment,
            address.getPort() + ":9054"),
        environment,
        log);
  }

  /**
   * Runs kubectl.
   *
   * @throws IOException if it failed; the message is its output
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
   * Runs a command line of a person with kubectl and our plugin.
   *
   * @return its standard output
   * @throws IOException if it failed; the message is its output
   */
  String shell(String commandLine) throws IOException {
    String plugins = Path.of("src", "main", "kubectl").toAbsolutePath().toString();
    Path folder = Path.of(program).toAbsolutePath().getParent();
    Map<String, String> variables = new HashMap<>(environment);
    variables.put(
        "PATH", plugins + ":" + folder + ":" + System.getenv().getOrDefault("PATH", "/usr/bin"));
    return new Program(List.of("sh", "-c"), variables).run(commandLine);
  }

  /**
   * Applies objects. Those that the API server refuses do not prevent the others.
   *
   * @throws IOException if it refused some; the message is its response
   */
  public void apply(String manifests) throws IOException {
    if (command.isPresent()) {
      command.get().reading(manifests, "kubectl", "apply", "-f", "-");
    } else {
      kubectl.reading(manifests, "apply", "-f", "-");
    }
  }

  /** Runs a command of the test cluster, such as {@code stop apiserver}. */
  public String part(String... arguments) throws IOException {
    return command
        .orElseThrow(() -> new IllegalStateException("only the test cluster supports this command"))
        .run(arguments);
  }
}
