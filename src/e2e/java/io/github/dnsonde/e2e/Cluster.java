package io.github.dnsonde.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cluster that it all happens in: the test cluster whose command is given, or any other that
 * kubectl reaches; then what only the test cluster can do is left out.
 */
final class Cluster {

  private static final Pattern VARIABLE = Pattern.compile("(KUBECONFIG|PATH)=(\\S+)");

  private final Optional<Program> command;
  private final Program kubectl;
  private final Map<String, String> environment;

  private Cluster(Optional<Program> command, Map<String, String> environment) {
    this.command = command;
    this.environment = environment;
    this.kubectl = new Program(List.of("kubectl"), environment);
  }

  /** The cluster of the current kubeconfig. */
  static Cluster current() {
    return new Cluster(Optional.empty(), Map.of());
  }

  /** The test cluster; brought up anew with two nodes and these options. */
  static Cluster brought(Path command, List<String> options) throws IOException {
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
    String kubectl = kubeconfig(cluster.run("env"));
    return new Cluster(Optional.of(cluster), Map.of("KUBECONFIG", kubectl));
  }

  private static String kubeconfig(String variables) {
    Matcher found = VARIABLE.matcher(variables);
    while (found.find()) {
      if (found.group(1).equals("KUBECONFIG")) {
        return found.group(2);
      }
    }
    throw new IllegalStateException("no KUBECONFIG in: " + variables);
  }

  /** Whether nodes can be entered, and parts stopped. */
  boolean isTestCluster() {
    return command.isPresent();
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Runs kubectl. */
  String kubectl(String... arguments) throws IOException {
    if (command.isPresent()) {
      String[] all = new String[arguments.length + 1];
      all[0] = "kubectl";
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      return command.get().run(all);
    }
    return kubectl.run(arguments);
  }

  void apply(String manifests) throws IOException {
    if (command.isPresent()) {
      command.get().reading(manifests, "kubectl", "apply", "-f", "-");
    } else {
      kubectl.reading(manifests, "apply", "-f", "-");
    }
  }

  /** A command of the test cluster, such as {@code stop apiserver}. */
  String part(String... arguments) throws IOException {
    return command
        .orElseThrow(() -> new IllegalStateException("only the test cluster can do that"))
        .run(arguments);
  }
}
