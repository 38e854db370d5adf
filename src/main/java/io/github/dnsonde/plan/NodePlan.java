package io.github.dnsonde.plan;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Standing;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The plan for the pods of one node. */
final class NodePlan {

  private final Config config;
  private final Knowledge knowledge;
  private final Plan before;
  private final List<Server> servers;
  private final List<InetAddress> resolvers;

  NodePlan(Config config, Knowledge knowledge, Plan before) {
    this.config = config;
    this.knowledge = knowledge;
    this.before = before;
    this.servers = Servers.ofNode(config, knowledge, before);
    this.resolvers = Resolvers.ofCluster(config, knowledge);
  }

  Plan draw() {
    Networks networks =
        new Networks(knowledge.cluster().pods(), knowledge.networks(), before.networks());
    Admission admission = new Admission(config, knowledge, networks);
    List<Applicant> applicants = applicants(admission);
    Set<Applicant> chosen =
        new Choice(config.pods().preferred(), config.pods().perNamespace(), before)
            .among(applicants);
    List<Probe> fromPods =
        applicants.stream().filter(chosen::contains).flatMap(this::probes).toList();
    return new Plan(
        Stream.concat(fromPods.stream(), ofEndpoints()).toList(),
        Stream.concat(candidates(applicants, chosen), unread(admission)).toList(),
        knowledge.resolvConf().settings(),
        new Remarks(config, knowledge).ofNode(!chosen.isEmpty(), fromPods),
        networks.choices());
  }

  private Stream<Candidate> candidates(List<Applicant> applicants, Set<Applicant> chosen) {
    Set<List<String>> represented =
        chosen.stream().map(NodePlan::classOf).collect(toUnmodifiableSet());
    return applicants.stream()
        .map(
            applicant ->
                candidate(
                    applicant,
                    chosen.contains(applicant)
                        ? Standing.CHOSEN
                        : represented.contains(classOf(applicant))
                            ? Standing.SPARE
                            : Standing.CAPPED));
  }

  private Candidate candidate(Applicant applicant, Standing ifFit) {
    return applicant.candidate(ifFit, servers.stream().filter(inUse(applicant)).toList());
  }

  private static List<String> classOf(Applicant applicant) {
    return List.of(applicant.pod().namespace(), applicant.policyClass());
  }

  /** The pods of which only the name is known. */
  private Stream<Candidate> unread(Admission admission) {
    return knowledge.cluster().gaps().pods().stream()
        .map(
            pod ->
                new Candidate(
                    pod.namespace(),
                    Workload.UNKNOWN,
                    pod.name(),
                    Optional.empty(),
                    PolicyClasses.NO_POLICY,
                    admission.ofUnread(pod.namespace())));
  }

  private List<Applicant> applicants(Admission admission) {
    ClusterView cluster = knowledge.cluster();
    PolicyClasses classes = new PolicyClasses(cluster);
    return cluster.pods().stream()
        .map(pod -> applicant(pod, admission, classes))
        .sorted(Applicant.ORDER)
        .toList();
  }

  private Applicant applicant(Pod pod, Admission admission, PolicyClasses classes) {
    String workload = Workload.of(pod);
    return new Applicant(pod, workload, classes.of(pod, workload), admission.of(pod));
  }

  private Stream<Probe> probes(Applicant chosen) {
    return chosen.vantage().stream()
        .flatMap(vantage -> Planner.probes(vantage, servers, config.questions(), inUse(chosen)));
  }

  private Predicate<Server> inUse(Applicant applicant) {
    return InUse.by(applicant.pod().dns(), resolvers);
  }

  /**
   * The probes of DNS endpoints. Only the agent's own pod sends them: the policies of other
   * namespaces say nothing about a server.
   */
  private Stream<Probe> ofEndpoints() {
    return Planner.probes(
        config.vantage(),
        Servers.endpoints(config, knowledge.cluster()),
        config.questions(),
        _ -> false);
  }
}
