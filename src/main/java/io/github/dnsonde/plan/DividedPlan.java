package io.github.dnsonde.plan;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.divide.ClassWork;
import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.report.ClassKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A plan of one node and its part in the work of the whole cluster. */
public final class DividedPlan {

  /** A background vantage has a series for each server and transport, and at most four. */
  private static final int BACKGROUND_SERVERS = 2;

  /** The number of periods in which an endpoint of the DNS Service has one turn on each node. */
  private static final int ENDPOINT_TURNS = 30;

  private final Plan whole;
  private final String node;
  private final Set<Server> onNode;
  private final Map<Vantage, ClassKey> classes = new LinkedHashMap<>();
  private final Map<Vantage, List<Probe>> probes;

  /**
   * Creates the parts of a plan.
   *
   * @param node the name of the node
   * @param cache its own DNS cache
   * @param whole the plan with every question from every vantage
   */
  public DividedPlan(String node, NodeCache cache, Plan whole) {
    this.whole = whole;
    this.node = node;
    this.onNode =
        whole.servers().stream()
            .filter(server -> cache.answersAt(server.address()))
            .collect(Collectors.toUnmodifiableSet());
    this.probes =
        whole.probes().stream()
            .collect(groupingBy(Probe::vantage, LinkedHashMap::new, Collectors.toList()));
    Map<NamespacedName, String> policyClasses = whole.policyClasses();
    probes.forEach(
        (vantage, own) -> {
          String policyClass = policyClasses.get(vantage.namespacedPod());
          if (policyClass != null && own.stream().noneMatch(DividedPlan::isOfEndpoint)) {
            classes.put(vantage, new ClassKey(vantage.namespace(), policyClass));
          }
        });
  }

  private static boolean isOfEndpoint(Probe probe) {
    return probe.server().name().equals(Servers.KUBE_DNS_ENDPOINT);
  }

  /**
   * Returns the work of the whole plan.
   *
   * @param period the full period
   * @param zone the zone of the node; empty if it has none
   * @param core the classes that are core by an earlier division
   * @param share the share that the agent uses
   * @param report the number of the report
   */
  public NodeWork work(
      Duration period, String zone, Set<ClassKey> core, double share, long report) {
    Map<ClassKey, List<Vantage>> byClass =
        classes.keySet().stream()
            .collect(groupingBy(this::classOf, LinkedHashMap::new, Collectors.toList()));
    List<ClassWork> work = new ArrayList<>();
    byClass.forEach(
        (key, vantages) ->
            work.add(
                new ClassWork(
                    key,
                    vantages.stream().mapToInt(vantage -> offNode(probes(vantage))).sum(),
                    vantages.stream().mapToInt(vantage -> offNode(background(vantage))).sum(),
                    core.contains(key))));
    int others =
        probes.keySet().stream()
            .filter(vantage -> !classes.containsKey(vantage))
            .mapToInt(vantage -> offNode(probes(vantage)))
            .sum();
    double cycle = period.toNanos() / 1e9 * ENDPOINT_TURNS;
    return new NodeWork(node, zone, work, others / cycle, share, report);
  }

  private ClassKey classOf(Vantage vantage) {
    return requireNonNull(classes.get(vantage), "every vantage has a class");
  }

  private List<Probe> probes(Vantage vantage) {
    return probes.getOrDefault(vantage, List.of());
  }

  private int offNode(Collection<Probe> some) {
    return (int) some.stream().filter(probe -> !onNode.contains(probe.server())).count();
  }

  /** Returns the plan with the roles of a division: background vantages keep a few probes. */
  public Plan plan(NodeDivision division) {
    Map<Vantage, Role> roles = new HashMap<>();
    if (!division.whole()) {
      int turn = Math.floorMod(node.hashCode(), ENDPOINT_TURNS);
      probes.keySet().forEach(vantage -> roles.put(vantage, role(vantage, division, turn)));
    }
    List<Probe> present = new ArrayList<>();
    probes.forEach(
        (vantage, own) ->
            present.addAll(
                roles.get(vantage) instanceof Role.Background ? background(vantage) : own));
    return whole.divided(present, roles, onNode);
  }

  private Role role(Vantage vantage, NodeDivision division, int turn) {
    ClassKey key = classes.get(vantage);
    return key == null ? new Role.Core(turn, ENDPOINT_TURNS) : division.role(key);
  }

  /** One question over each transport, to the servers that the pod uses first. */
  private List<Probe> background(Vantage vantage) {
    Map<Server, List<Probe>> byServer =
        probes(vantage).stream()
            .sorted(Comparator.comparing(probe -> !probe.inUse()))
            .collect(groupingBy(Probe::server, LinkedHashMap::new, Collectors.toList()));
    Set<Probe> chosen = new LinkedHashSet<>();
    byServer.values().stream()
        .limit(BACKGROUND_SERVERS)
        .forEach(
            own -> {
              Set<Transport> seen = EnumSet.noneOf(Transport.class);
              own.stream()
                  .filter(probe -> seen.add(probe.question().transport()))
                  .forEach(chosen::add);
            });
    return List.copyOf(chosen);
  }
}
