package io.github.dnsonde.config;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.config.yaml.Folder;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.WholeNumber;
import java.nio.file.Path;

/** The section {@code pods}: the pods of a namespace that are probed from. */
final class PodsSection {

  private static final Section<LabelSelector> PREFERRED =
      LabelSelectorSection.of(
          "preferred",
          "{dnsonde.github.io/probe-pod: 'true'}",
          "Labels of pods that exist only for probing. They are chosen before all others of their"
              + " namespace.");
  private static final Scalar<Integer> PER_NAMESPACE =
      Scalar.of(
          "per-namespace",
          new WholeNumber(1, 1_000),
          "20",
          "Maximum number of vantages of one namespace on one node. Each has up to 70 series with"
              + " the default questions. Those who may create pods and policies in a namespace"
              + " decide how many classes of pods it has. Pods of further classes are *capped*.");
  private static final ScalarList<Glob> FOREIGN_KERNELS =
      ScalarList.of(
          "foreign-kernels",
          new NamePattern(),
          0,
          64,
          "['kata*', 'gvisor*', 'runsc*', '*firecracker*']",
          "Runtime classes of virtual machines and user-space kernels. Sockets made in such a pod's"
              + " namespace are not the pod's own, so the agent never probes from it.");
  private static final ScalarList<Path> NETWORK_NAMESPACES =
      ScalarList.of(
              "network-namespaces",
              new Folder(),
              1,
              8,
              "[/var/run/netns]",
              "Folders in which the container runtime binds the pods' network namespaces to files.")
          .fixedAtStart();

  static final Section<Config.Pods> SECTION =
      Section.of(
          "pods", PodsSection::make, PREFERRED, PER_NAMESPACE, FOREIGN_KERNELS, NETWORK_NAMESPACES);

  private PodsSection() {}

  private static Config.Pods make(Values in) {
    return new Config.Pods(
        in.get(PREFERRED),
        in.get(PER_NAMESPACE),
        in.get(FOREIGN_KERNELS),
        in.get(NETWORK_NAMESPACES));
  }
}
