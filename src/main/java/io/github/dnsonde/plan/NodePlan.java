package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What to ask from the pods of one node. */
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
    List<Applicant> applicants = applicants(networks);
    Set<Applicant> chosen = new Choice(config.pods().preferred(), before).among(applicants);
    List<Probe> fromPods =
        applicants.stream().filter(chosen::contains).flatMap(this::probes).toList();
    return new Plan(
        Stream.concat(fromPods.stream(), ofEndpoints()).toList(),
        applicants.stream().map(each -> candidate(each, chosen.contains(each))).toList(),
        knowledge.resolvConf().settings(),
        new Remarks(config, knowledge).ofNode(!chosen.isEmpty(), fromPods),
        networks.choices());
  }

  private Candidate candidate(Applicant applicant, boolean chosen) {
    return applicant.candidate(chosen, servers.stream().filter(inUse(applicant)).toList());
  }

  private List<Applicant> applicants(Networks networks) {
    ClusterView cluster = knowledge.cluster();
    Admission admission = new Admission(config, knowledge, networks);
    PolicyClasses classes = new PolicyClasses(cluster);
    return cluster.pods().stream()
        .map(pod -> applicant(pod, admission, classes))
        .sorted(Applicant.ORDER)
        .toList();
  }

  private static Applicant applicant(Pod pod, Admission admission, PolicyClasses classes) {
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

  /** From the agent's own pod alone: a policy of somebody's namespace is no news about a server. */
  private Stream<Probe> ofEndpoints() {
    return Planner.probes(
        config.vantage(),
        Servers.endpoints(config, knowledge.cluster()),
        config.questions(),
        _ -> false);
  }
}
