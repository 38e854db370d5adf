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
 * @param fitness whether it could be asked from
 */
record NodePod(Pod pod, String workload, String policyClass, Fitness fitness) {

  /** By namespace, class and name: one pod after another has the same place in every plan. */
  static final Comparator<NodePod> ORDER =
      Comparator.comparing((NodePod each) -> each.pod.namespace())
          .thenComparing(NodePod::policyClass)
          .thenComparing(each -> each.pod.name());

  NodePod {
    requireNonNull(pod, "pod is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(policyClass, "policyClass is null");
    requireNonNull(fitness, "fitness is null");
  }

  /** Whether a pod could be asked from. */
  sealed interface Fitness {

    /**
     * It could.
     *
     * @param from its address for which a network namespace is at hand
     */
    record Fit(InetAddress from) implements Fitness {}

    /**
     * It could not at present, because it is not known which network namespace is its own.
     *
     * @param from the address that is looked for
     */
    record Barred(InetAddress from, VantageStatus why) implements Fitness {}

    /** It could not, and why. */
    record Unfit(VantageStatus why) implements Fitness {}
  }

  /** Whether probes from it come to nothing at present. */
  boolean barred() {
    return fitness instanceof Fitness.Barred;
  }

  /** What it is asked from as, if it is chosen; empty when it cannot be. */
  Optional<Vantage> vantage() {
    return switch (fitness) {
      case Fitness.Fit(InetAddress from) -> Optional.of(vantage(from));
      case Fitness.Barred(InetAddress from, _) -> Optional.of(vantage(from));
      case Fitness.Unfit _ -> Optional.empty();
    };
  }

  /**
   * What became of it.
   *
   * @param ifFit what became of it in the choice
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
