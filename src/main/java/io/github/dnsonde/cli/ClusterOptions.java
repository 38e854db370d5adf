package io.github.dnsonde.cli;

import io.github.dnsonde.kube.SnapshotReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that select a cluster by a kubeconfig, the same for every command that reads one. */
final class ClusterOptions {

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "A context of the kubeconfig. Default: the current one.")
  private Optional<String> context = Optional.empty();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "A kubeconfig. Default: the file in the variable KUBECONFIG, then ~/.kube/config, then"
              + " the credentials of a container's service account.")
  private Optional<Path> kubeconfig = Optional.empty();

  /** Returns true if one of them is given. */
  boolean areGiven() {
    return context.isPresent() || kubeconfig.isPresent();
  }

  /**
   * Opens the cluster for reading.
   *
   * @throws IOException if the kubeconfig is of no use; the message says why
   */
  SnapshotReader open() throws IOException {
    return SnapshotReader.open(kubeconfig.or(KubeconfigFile::usual), context);
  }
}
