package io.github.dnsonde.plan;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A pod of the node that may become a vantage.
 *
 * @param pod the pod
 * @param workload a name that outlives it
 * @param policyClass as in {@link Candidate}
 * @param fitness the result of the admission
 */
record NodePod(Pod pod, String workload, String policyClass, Fitness fitness) {

  /**
   * Orders by namespace, class and name, so that a replaced pod has the same place in every plan.
   */
  static final Comparator<NodePod> ORDER =
      Comparator.comparing((NodePod nodePod) -> nodePod.pod.namespace())
          .thenComparing(NodePod::policyClass)
          .thenComparing(nodePod -> nodePod.pod.name());

  NodePod {
    requireNonNull(pod, "pod is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(policyClass, "policyClass is null");
    requireNonNull(fitness, "fitness is null");
  }

  /** The result of the admission of a pod. */
  sealed interface Fitness {

    /**
     * It can be a vantage.
     *
     * @param from its address whose network namespace is known
     */
    record Fit(InetAddress from) implements Fitness {}

    /**
     * It cannot be a vantage at present, because its own network namespace is not known.
     *
     * @param from the address to find
     */
    record Barred(InetAddress from, VantageStatus why) implements Fitness {}

    /** It cannot be a vantage, with the reason. */
    record Unfit(VantageStatus why) implements Fitness {}
  }

  /** Returns true if probes from it would fail at present. */
  boolean barred() {
    return fitness instanceof Fitness.Barred;
  }

  /** The vantage that it becomes if it is chosen; empty if it cannot be one. */
  Optional<Vantage> vantage() {
    return switch (fitness) {
      case Fitness.Fit(InetAddress from) -> Optional.of(vantage(from));
      case Fitness.Barred(InetAddress from, _) -> Optional.of(vantage(from));
      case Fitness.Unfit _ -> Optional.empty();
    };
  }

  /**
   * Returns the pod with the result of the selection.
   *
   * @param ifFit the result of the selection, if it can be a vantage
   * @param servers the servers that its own resolver queries
   */
  Candidate candidate(VantageStatus ifFit, List<Server> servers) {
    return new Candidate(
        pod.namespace(),
        workload,
        pod.name(),
        pod.addresses().stream().findFirst(),
        policyClass,
        standing(ifFit),
        new Candidate.Resolver(
            pod.dns().policy().label(),
            pod.dns().config(),
            servers.stream()
                .filter(_ -> ifFit == VantageStatus.CHOSEN)
                .map(Server::name)
                .distinct()
                .toList()));
  }

  private Vantage vantage(InetAddress from) {
    return new Vantage(
        pod.namespace(),
        workload,
        pod.name(),
        pod.node(),
        from,
        pod.networkReady().orElse(pod.created()));
  }

  private VantageStatus standing(VantageStatus ifFit) {
    return switch (fitness) {
      case Fitness.Fit _ -> ifFit;
      case Fitness.Barred(_, VantageStatus why) -> why;
      case Fitness.Unfit(VantageStatus why) -> why;
    };
  }
}
