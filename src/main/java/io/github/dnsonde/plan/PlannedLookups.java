package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The lookups of a plan: each configured one from one vantage of each namespace. */
final class PlannedLookups {

  private static final int MOST_NAMED = 3;

  private final Config config;
  private final List<Server> servers;
  private final List<Lookup> lookups = new ArrayList<>();

  /** The namespaces without lookups, by the reason. */
  private final Map<String, List<String>> impossible = new TreeMap<>();

  /**
   * Starts without lookups.
   *
   * @param servers the servers of the plan, which give addresses their names
   */
  PlannedLookups(Config config, List<Server> servers) {
    this.config = config;
    this.servers = servers;
  }

  /** Adds the lookups of the pods of a node. */
  PlannedLookups of(Collection<NodePod> chosen, PlanInput planInput) {
    if (!config.lookups().isEmpty()) {
      Set<String> namespaces = new HashSet<>();
      PodResolvConf.Given given = PodResolvConf.Given.of(config, planInput);
      chosen.stream()
          .filter(nodePod -> nodePod.vantage().isPresent())
          .filter(nodePod -> namespaces.add(nodePod.pod().namespace()))
          .forEach(nodePod -> add(nodePod, given));
    }
    return this;
  }

  private void add(NodePod nodePod, PodResolvConf.Given given) {
    switch (PodResolvConf.of(nodePod.pod().namespace(), nodePod.pod().dns(), given)) {
      case PodResolvConf.Known(ResolverSettings settings, List<String> unknown) ->
          from(nodePod.vantage().orElseThrow(), settings, unknown);
      case PodResolvConf.Unknown(String reason) ->
          impossible.computeIfAbsent(reason, _ -> new ArrayList<>()).add(nodePod.pod().namespace());
    }
  }

  /** Adds the lookups of one vantage. */
  PlannedLookups from(Vantage vantage, ResolverSettings settings, List<String> unknown) {
    if (!settings.nameservers().isEmpty()) {
      List<Server> nameservers = Servers.ofLookups(settings, servers);
      config
          .lookups()
          .forEach(
              question ->
                  lookups.add(
                      new Lookup(
                          vantage,
                          question.name(),
                          question.kind(),
                          nameservers,
                          settings,
                          unknown)));
    }
    return this;
  }

  List<Lookup> lookups() {
    return List.copyOf(lookups);
  }

  /** Notes about the namespaces without lookups, one for each reason. */
  List<String> remarks() {
    return impossible.entrySet().stream()
        .map(each -> remark(each.getKey(), each.getValue()))
        .toList();
  }

  private static String remark(String reason, List<String> namespaces) {
    return "no lookups from " + FirstFew.of(namespaces, MOST_NAMED) + ": " + reason;
  }
}
