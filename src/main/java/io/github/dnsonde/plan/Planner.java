package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What to ask. The same input gives the same plan, in the same order. */
public final class Planner {

  private Planner() {}

  /**
   * Draws up a plan for the agent's mode.
   *
   * @param before the plan in force: what it chose stays chosen while it can
   */
  public static Plan plan(Config config, PlanInput planInput, Plan before) {
    return switch (config.mode()) {
      case SELF -> ofSelf(config, planInput);
      case NODE -> new NodePlan(config, planInput, before).draw();
    };
  }

  private static Plan ofSelf(Config config, PlanInput planInput) {
    Vantage self = config.vantage();
    Plan plan =
        every(
            List.of(self),
            Servers.ofSelf(config, planInput),
            config.questions(),
            PodResolvers.ofCluster(config, planInput));
    Candidate own =
        new Candidate(
            self.namespace(),
            self.workload(),
            self.pod(),
            Optional.empty(),
            PolicyClasses.NO_POLICY,
            VantageStatus.CHOSEN,
            new Candidate.Resolver(
                "",
                ResolverSettings.NONE,
                plan.probes().stream()
                    .filter(Probe::inUse)
                    .map(probe -> probe.server().name())
                    .distinct()
                    .toList()));
    return new Plan(
        plan.probes(),
        List.of(own),
        planInput.resolvConf().settings(),
        new Remarks(config, planInput).ofSelf());
  }

  /**
   * Every question to every server from every vantage.
   *
   * @param vantages where to ask from
   * @param resolvers whom the pods' own resolvers ask; when empty, nothing is known of them, and
   *     every server counts as in use: better an alert too many than a silent outage
   */
  public static Plan every(
      List<Vantage> vantages,
      List<Server> servers,
      List<Question> questions,
      Collection<InetAddress> resolvers) {
    Predicate<Server> inUse = InUse.byPodsWith(resolvers);
    return new Plan(
        vantages.stream().flatMap(vantage -> probes(vantage, servers, questions, inUse)).toList());
  }

  static Stream<Probe> probes(
      Vantage vantage, List<Server> servers, List<Question> questions, Predicate<Server> inUse) {
    return servers.stream()
        .flatMap(
            server ->
                questions.stream()
                    .map(question -> new Probe(vantage, server, question, inUse.test(server))));
  }
}
