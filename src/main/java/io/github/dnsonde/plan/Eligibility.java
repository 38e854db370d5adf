package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.plan.NodePod.Fitness;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.VantageStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Decides which pods could be vantages. */
final class Eligibility {

  private final Config config;
  private final Map<String, Labels> namespaces;
  private final Set<String> unlabelled;
  private final Networks networks;
  private final Map<String, Boolean> selected = new HashMap<>();

  /** The obstacles in order. The first that applies is the reported reason. */
  private final List<Bar> bars =
      List.of(
          new Bar(VantageStatus.FINISHED, pod -> pod.phase() == Pod.Phase.FINISHED),
          new Bar(VantageStatus.UNREAD, this::isOfUnknownNamespace),
          new Bar(VantageStatus.EXCLUDED, this::leftOut),
          new Bar(VantageStatus.HOST_NETWORK, Pod::hostNetwork),
          new Bar(VantageStatus.FOREIGN_KERNEL, this::hasForeignKernel),
          new Bar(VantageStatus.NO_ADDRESS, pod -> pod.addresses().isEmpty()));

  Eligibility(Config config, PlanInput planInput, Networks networks) {
    this.config = config;
    this.namespaces = planInput.cluster().namespaces();
    this.unlabelled = planInput.cluster().gaps().labels();
    this.networks = networks;
  }

  Fitness of(Pod pod) {
    return bars.stream()
        .filter(bar -> bar.against().test(pod))
        .findFirst()
        .<Fitness>map(bar -> new Fitness.Unfit(bar.vantageStatus()))
        .orElseGet(() -> reached(pod));
  }

  private Fitness reached(Pod pod) {
    return networks
        .of(pod)
        .map(Eligibility::fitness)
        .orElseGet(() -> new Fitness.Unfit(VantageStatus.NO_NETWORK));
  }

  /** The status of a pod of which only its namespace is known. */
  VantageStatus ofUnread(String namespace) {
    return leftOut(namespace) && !isOfUnknownNamespace(namespace)
        ? VantageStatus.EXCLUDED
        : VantageStatus.UNREAD;
  }

  private boolean isOfUnknownNamespace(Pod pod) {
    return isOfUnknownNamespace(pod.namespace());
  }

  /** Returns true if unknown labels decide whether a namespace is excluded. */
  private boolean isOfUnknownNamespace(String namespace) {
    return unlabelled.contains(namespace)
        && config.namespaces().dependOnLabels(namespace, Labels.NONE.ofNamespace(namespace));
  }

  private static Fitness fitness(Networks.Located located) {
    if (located.choice().usable()) {
      return new Fitness.Fit(located.address());
    }
    return new Fitness.Barred(
        located.address(),
        switch (located.choice()) {
          case NetworkChoice.Contested _ -> VantageStatus.CONTESTED;
          case NetworkChoice.Unconfirmed _ -> VantageStatus.UNCONFIRMED;
          case NetworkChoice.Chosen _, NetworkChoice.Bare _ -> VantageStatus.NO_NETWORK;
        });
  }

  private boolean leftOut(Pod pod) {
    return leftOut(pod.namespace());
  }

  private boolean leftOut(String namespace) {
    return !selected.computeIfAbsent(
        namespace, name -> config.namespaces().select(name, labels(name)));
  }

  private Labels labels(String namespace) {
    return unlabelled.contains(namespace)
        ? Labels.NONE.ofNamespace(namespace)
        : namespaces.getOrDefault(namespace, Labels.NONE);
  }

  private boolean hasForeignKernel(Pod pod) {
    return pod.runtimeClass().filter(config.pods()::inForeignKernel).isPresent();
  }

  /** An obstacle to being a vantage. */
  private record Bar(VantageStatus vantageStatus, Predicate<Pod> against) {}
}
