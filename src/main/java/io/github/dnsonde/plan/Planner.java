package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.ExpectedSilence;
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

/** Creates plans. The same input gives the same plan, in the same order. */
public final class Planner {

  private Planner() {}

  /**
   * Creates a plan for the agent's mode.
   *
   * @param before the plan in force: its choices stay as long as possible
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
    ResolverSettings settings = planInput.resolvConf().settings();
    PlannedLookups lookups =
        new PlannedLookups(config, List.copyOf(plan.servers())).from(self, settings, List.of());
    return PlannedTrials.addedTo(
        new Plan(plan.probes(), List.of(own), settings, new Remarks(config, planInput).ofSelf())
            .lookingUp(lookups.lookups()),
        config,
        ExpectedSilence.NONE);
  }

  /**
   * Creates a plan with every question to every server from every vantage.
   *
   * @param vantages the places to query from
   * @param resolvers the servers of the pods' own resolvers; if empty, nothing is known, and every
   *     server counts as in use: an alert too many is better than an undetected outage
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
