package io.github.dnsonde.plan;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.VantageStatus;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The plan for the pods of one node. */
final class NodePlan {

  private final Config config;
  private final PlanInput planInput;
  private final Plan before;
  private final List<Server> servers;
  private final List<InetAddress> resolvers;

  NodePlan(Config config, PlanInput planInput, Plan before) {
    this.config = config;
    this.planInput = planInput;
    this.before = before;
    this.servers = Servers.ofNode(config, planInput, before);
    this.resolvers = PodResolvers.ofCluster(config, planInput);
  }

  Plan draw() {
    Networks networks =
        new Networks(planInput.cluster().pods(), planInput.networks(), before.networks());
    Eligibility eligibility = new Eligibility(config, planInput, networks);
    List<NodePod> applicants = applicants(eligibility);
    Set<NodePod> chosen =
        new VantageSelection(config.pods().preferred(), config.pods().perNamespace(), before)
            .among(applicants);
    List<NodePod> inOrder = applicants.stream().filter(chosen::contains).toList();
    List<Probe> fromPods = inOrder.stream().flatMap(this::probes).toList();
    PlannedLookups lookups = new PlannedLookups(config, servers).of(inOrder, planInput);
    Plan plan =
        new Plan(
            Stream.concat(fromPods.stream(), ofEndpoints()).toList(),
            Stream.concat(candidates(applicants, chosen), unread(eligibility)).toList(),
            planInput.resolvConf().settings(),
            Stream.concat(
                    new Remarks(config, planInput).ofNode(!chosen.isEmpty(), fromPods).stream(),
                    lookups.remarks().stream())
                .toList(),
            networks.choices());
    return plan.lookingUp(lookups.lookups());
  }

  private Stream<Candidate> candidates(List<NodePod> applicants, Set<NodePod> chosen) {
    Set<List<String>> represented =
        chosen.stream().map(NodePlan::classOf).collect(toUnmodifiableSet());
    return applicants.stream()
        .map(
            nodePod ->
                candidate(
                    nodePod,
                    chosen.contains(nodePod)
                        ? VantageStatus.CHOSEN
                        : represented.contains(classOf(nodePod))
                            ? VantageStatus.SPARE
                            : VantageStatus.CAPPED));
  }

  private Candidate candidate(NodePod nodePod, VantageStatus ifFit) {
    return nodePod.candidate(ifFit, servers.stream().filter(inUse(nodePod)).toList());
  }

  private static List<String> classOf(NodePod nodePod) {
    return List.of(nodePod.pod().namespace(), nodePod.policyClass());
  }

  /** The pods of which only the name is known. */
  private Stream<Candidate> unread(Eligibility eligibility) {
    return planInput.cluster().gaps().pods().stream()
        .map(
            pod ->
                new Candidate(
                    pod.namespace(),
                    WorkloadName.UNKNOWN,
                    pod.name(),
                    Optional.empty(),
                    PolicyClasses.NO_POLICY,
                    eligibility.ofUnread(pod.namespace())));
  }

  private List<NodePod> applicants(Eligibility eligibility) {
    ClusterView cluster = planInput.cluster();
    PolicyClasses classes = new PolicyClasses(cluster);
    return cluster.pods().stream()
        .map(pod -> applicant(pod, eligibility, classes))
        .sorted(NodePod.ORDER)
        .toList();
  }

  private NodePod applicant(Pod pod, Eligibility eligibility, PolicyClasses classes) {
    String workload = WorkloadName.of(pod);
    return new NodePod(pod, workload, classes.of(pod, workload), eligibility.of(pod));
  }

  private Stream<Probe> probes(NodePod chosen) {
    return chosen.vantage().stream()
        .flatMap(vantage -> Planner.probes(vantage, servers, config.questions(), inUse(chosen)));
  }

  private Predicate<Server> inUse(NodePod nodePod) {
    return InUse.by(nodePod.pod().dns(), resolvers);
  }

  /**
   * The probes of DNS endpoints. Only the agent's own pod sends them: the policies of other
   * namespaces say nothing about a server.
   */
  private Stream<Probe> ofEndpoints() {
    return Planner.probes(
        config.vantage(),
        Servers.endpoints(config, planInput.cluster()),
        config.questions(),
        _ -> false);
  }
}
