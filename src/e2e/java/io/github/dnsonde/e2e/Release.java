package io.github.dnsonde.e2e;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The installed chart. */
final class Release {

  static final String NAME = "dnsonde";
  static final String NAMESPACE = "dnsonde-system";
  static final String CONTROLLER = NAME + "-controller";

  private static final Path CHART = Path.of("chart");

  private final Cluster cluster;
  private final String image;

  Release(Cluster cluster, String image) {
    this.cluster = cluster;
    this.image = image;
  }

  /**
   * Installs the chart, or upgrades it to these values.
   *
   * @param values YAML, in addition to the image
   */
  void install(String values) throws IOException {
    cluster.apply(Manifests.namespace(NAMESPACE, "pod-security.kubernetes.io/enforce: privileged"));
    Path file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, image(image) + values);
      var command =
          new Helm(CHART)
              .upgrade()
              .install()
              .withName(NAME)
              .withNamespace(NAMESPACE)
              .withValuesFile(file);
      kubeconfig().ifPresent(command::withKubeConfig);
      command.call();
    } finally {
      Files.delete(file);
    }
    rolledOut();
  }

  /** Returns the value of {@code image} for an image with its tag. */
  static String image(String name) {
    int tag = name.lastIndexOf(':');
    return "image: {repository: \"%s\", tag: \"%s\"}\n"
        .formatted(name.substring(0, tag), name.substring(tag + 1));
  }

  /** Waits until every agent of the newest revision runs and is ready. */
  void rolledOut() throws IOException {
    cluster.kubectl("rollout", "status", "daemonset/" + NAME, "-n", NAMESPACE, "--timeout=180s");
  }

  void uninstall() {
    var command = Helm.uninstall(NAME).withNamespace(NAMESPACE);
    kubeconfig().ifPresent(command::withKubeConfig);
    command.call();
  }

  private Optional<Path> kubeconfig() {
    return Optional.ofNullable(cluster.environment().get("KUBECONFIG")).map(Path::of);
  }
}
