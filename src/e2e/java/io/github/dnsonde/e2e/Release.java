package io.github.dnsonde.e2e;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The chart, installed. */
final class Release {

  static final String NAME = "dnsonde";
  static final String NAMESPACE = "dnsonde-system";

  private static final Path CHART = Path.of("chart");

  private final Cluster cluster;
  private final String image;

  Release(Cluster cluster, String image) {
    this.cluster = cluster;
    this.image = image;
  }

  /**
   * Installs it, or upgrades it to these values.
   *
   * @param values beside the image, such as {@code config.schedule.period} → {@code 5s}
   */
  void install(Map<String, String> values) throws IOException {
    cluster.apply(Manifests.namespace(NAMESPACE, "pod-security.kubernetes.io/enforce: privileged"));
    int tag = image.lastIndexOf(':');
    var command =
        new Helm(CHART)
            .upgrade()
            .install()
            .withName(NAME)
            .withNamespace(NAMESPACE)
            .set("image.repository", image.substring(0, tag))
            .set("image.tag", image.substring(tag + 1));
    values.forEach(command::set);
    kubeconfig().ifPresent(command::withKubeConfig);
    command.call();
    rolledOut();
  }

  /** Waits until every agent of the newest kind runs and is ready. */
  void rolledOut() throws IOException {
    cluster.kubectl("rollout", "status", "daemonset/" + NAME, "-n", NAMESPACE, "--timeout=180s");
  }

  void uninstall() {
    var command = Helm.uninstall(NAME).withNamespace(NAMESPACE);
    kubeconfig().ifPresent(command::withKubeConfig);
    command.call();
  }

  private java.util.Optional<Path> kubeconfig() {
    return java.util.Optional.ofNullable(cluster.environment().get("KUBECONFIG")).map(Path::of);
  }
}
