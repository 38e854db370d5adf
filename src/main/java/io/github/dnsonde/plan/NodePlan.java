package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
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

  NodePlan(Config config, Knowledge knowledge, Plan before) {
    this.config = config;
    this.knowledge = knowledge;
    this.before = before;
  }

  Plan draw() {
    Networks networks =
        new Networks(knowledge.cluster().pods(), knowledge.networks(), before.networks());
    List<Applicant> applicants = applicants(networks);
    Set<Applicant> chosen = new Choice(config.pods().preferred(), before).among(applicants);
    return new Plan(
        Stream.concat(
                fromPods(applicants.stream().filter(chosen::contains).toList()), ofEndpoints())
            .toList(),
        applicants.stream().map(each -> each.candidate(chosen.contains(each))).toList(),
        networks.choices());
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

  private Stream<Probe> fromPods(List<Applicant> chosen) {
    List<Server> servers = Servers.ofNode(config, knowledge, before);
    List<InetAddress> resolvers = Resolvers.ofCluster(config, knowledge);
    return chosen.stream()
        .flatMap(each -> probes(each, servers, InUse.by(each.pod().dns(), resolvers)));
  }

  private Stream<Probe> probes(Applicant chosen, List<Server> servers, Predicate<Server> inUse) {
    return chosen.vantage().stream()
        .flatMap(vantage -> Planner.probes(vantage, servers, config.questions(), inUse));
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
