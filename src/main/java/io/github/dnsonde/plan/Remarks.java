package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The remarks about a plan for operators, a sentence each. */
final class Remarks {

  private final Config config;
  private final PlanInput planInput;

  Remarks(Config config, PlanInput planInput) {
    this.config = config;
    this.planInput = planInput;
  }

  /** Returns remarks on a plan that probes from the agent's own pod. */
  List<String> ofSelf() {
    return Stream.concat(
            config.cluster().dns().isEmpty()
                ? planInput.resolvConf().remarks().stream()
                : Stream.empty(),
            canary().stream())
        .toList();
  }

  private Optional<String> canary() {
    boolean unknown = PodResolvConf.clusterDomain(planInput.resolvConf().settings()).isEmpty();
    return config.cluster().canary().internal() && unknown
        ? Optional.of(
            "cluster.canary.internal has no effect: the agent's own resolv.conf does not show the"
                + " cluster's domain. Give the agent's pod the dnsPolicy ClusterFirst, or name a"
                + " domain in cluster.canary.external.")
        : Optional.empty();
  }

  /**
   * Returns remarks on a plan that probes from the pods of a node.
   *
   * @param anyVantage true if there is a pod to probe from
   * @param fromPods its probes, without those from the agent's own pod
   */
  List<String> ofNode(boolean anyVantage, List<Probe> fromPods) {
    List<String> remarks = new ArrayList<>(ofSelf());
    remarks.addAll(unread());
    service().ifPresent(remarks::add);
    if (anyVantage) {
      resolvers().ifPresent(remarks::add);
      use(fromPods).ifPresent(remarks::add);
    }
    return remarks;
  }

  /** The parts of the cluster that the agent may not or cannot read. */
  private List<String> unread() {
    return Stream.of(ClusterResource.values())
        .flatMap(resource -> planInput.cluster().gaps().of(resource).stream())
        .map(why -> "The view of the cluster is incomplete: " + why + ".")
        .toList();
  }

  private Optional<String> resolvers() {
    if (!PodResolvers.ofCluster(config, planInput).isEmpty()) {
      return Optional.empty();
    }
    String why =
        PodResolvers.ownAreOthers(config, planInput.cluster())
            ? "The agent's own pod has another dnsPolicy than ClusterFirst, so its resolv.conf does"
                + " not show the resolvers of pods"
            : "The agent's resolv.conf names no nameserver that can be queried";
    return Optional.of(
        why
            + ": every server counts as in use. Set cluster.dns to the addresses that the kubelet"
            + " gives pods (its clusterDNS).");
  }

  private Optional<String> service() {
    if (planInput.cluster().equals(ClusterView.EMPTY)
        || planInput.cluster().gaps().of(ClusterResource.SERVICES).isPresent()) {
      return Optional.empty(); // it was not listed yet
    }
    Optional<Service> service = planInput.cluster().kubeDns();
    Config.KubeDns known = config.cluster().kubeDns();
    NamespacedName name = new NamespacedName(known.namespace(), known.service());
    if (service.isEmpty()) {
      return Optional.of(
          "There is no Service "
              + name
              + ": the pods behind the cluster's DNS are unknown. If it has another name, set"
              + " cluster.kube-dns.");
    }
    return service
        .filter(present -> present.clusterIps().isEmpty())
        .map(
            present ->
                "The Service "
                    + name
                    + (present.external()
                        ? " is of type ExternalName"
                        : " is headless (clusterIP: None)")
                    + ": it has no address that could be queried.");
  }

  private static Optional<String> use(List<Probe> fromPods) {
    return fromPods.stream().anyMatch(Probe::inUse)
        ? Optional.empty()
        : Optional.of(
            "No server is in use: no vantage's own resolver queries one of the servers, so no"
                + " failure can page. 'dnsonde vantages' shows the resolvers of pods: compare them"
                + " with cluster.dns and servers.");
  }
}
