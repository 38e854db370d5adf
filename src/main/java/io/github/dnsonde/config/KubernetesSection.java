package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.OptionalPath;
import java.nio.file.Path;
import java.util.Optional;

/** The section {@code kubernetes}: access to the API. */
final class KubernetesSection {

  private static final Scalar<Optional<Path>> KUBECONFIG =
      Scalar.of(
              "kubeconfig",
              new OptionalPath(),
              new Default.Variable("KUBECONFIG", "''"),
              "File with the address of the API server and credentials. If empty, the pod's service"
                  + " account is used.")
          .fixedAtStart();

  static final Section<Config.Kubernetes> SECTION =
      Section.of("kubernetes", in -> new Config.Kubernetes(in.get(KUBECONFIG)), KUBECONFIG);

  private KubernetesSection() {}
}
