package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.FoundNetworks;
import io.github.dnsonde.testkit.PodBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A cluster as one node's agent knows it: the Service kube-dns at 10.96.0.10, which its resolv.conf
 * also names. Every pod's network namespace is known, unless a test changes that.
 */
final class PlannedNode {

  static final String KUBE_DNS = "10.96.0.10";

  private final List<Pod> pods = new ArrayList<>();
  private final List<Pod> dnsPods = new ArrayList<>();
  private final List<NetworkPolicy> policies = new ArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final Map<String, Labels> namespaces = new HashMap<>();
  private final Set<PolicyKind> foreign = new HashSet<>();
  private final List<ForeignPolicy> others = new ArrayList<>();
  private final Set<InetAddress> unreachable = new HashSet<>();
  private final Set<InetAddress> contested = new HashSet<>();
  private Optional<Service> kubeDns = Optional.of(service("kube-dns", List.of(KUBE_DNS)));
  private ResolvConf resolvConf = resolvConf(KUBE_DNS);
  private OptionalInt agents = OptionalInt.empty();
  private Gaps gaps = Gaps.NONE;

  static PlannedNode of(PodBuilder... pods) {
    return new PlannedNode().with(pods);
  }

  static Service service(String name, List<String> clusterIps, Service.Port... ports) {
    return new Service(
        "kube-system",
        name,
        clusterIps.stream().map(InetAddress::ofLiteral).toList(),
        Labels.NONE,
        List.of(ports));
  }

  static Service.Port port(String name, int number, Protocol protocol) {
    return new Service.Port(name, number, protocol, new PortReference.Numbered(number));
  }

  PlannedNode with(PodBuilder... added) {
    Arrays.stream(added).map(PodBuilder::build).forEach(pods::add);
    return this;
  }

  PlannedNode dnsPod(PodBuilder added) {
    dnsPods.add(added.build());
    return this;
  }

  PlannedNode namespace(String name, Map<String, String> labels) {
    namespaces.put(name, new Labels(labels));
    return this;
  }

  /** Adds a policy that denies all egress of the pods with these labels. */
  PlannedNode denyEgress(String namespace, String name, Map<String, String> selected) {
    return policy(namespace, name, selected, Optional.empty(), Optional.of(List.of()));
  }

  PlannedNode policy(
      String namespace,
      String name,
      Map<String, String> selected,
      Optional<List<NetworkPolicy.Rule>> ingress,
      Optional<List<NetworkPolicy.Rule>> egress) {
    return policy(
        new NetworkPolicy(
            namespace,
            name,
            LabelSelector.of(selected),
            ingress,
            egress,
            new Origin(Optional.empty(), Instant.EPOCH, Optional.empty())));
  }

  PlannedNode policy(NetworkPolicy added) {
    policies.add(added);
    return this;
  }

  PlannedNode foreignPolicies() {
    foreign.add(new PolicyKind("cilium.io", "CiliumNetworkPolicy", true));
    return this;
  }

  /** One that there is, of a kind of which all policies are known. */
  PlannedNode foreignPolicy(ForeignPolicy policy) {
    others.add(policy);
    return this;
  }

  private OtherPolicies others() {
    return new OtherPolicies(
        foreign,
        Stream.concat(foreign.stream().map(ForeignPolicy::possible), others.stream()).toList());
  }

  PlannedNode kubeDns(Optional<Service> service) {
    kubeDns = service;
    return this;
  }

  PlannedNode endpoint(String address, int port, boolean ready) {
    endpoints.add(new Endpoint(InetAddress.ofLiteral(address), port, ready, Optional.empty()));
    return this;
  }

  PlannedNode resolvers(String... nameservers) {
    return resolvConf(resolvConf(nameservers));
  }

  PlannedNode resolvConf(ResolvConf read) {
    resolvConf = read;
    return this;
  }

  /** The file as the kubelet writes it for a pod with the policy ClusterFirst. */
  static ResolvConf resolvConf(String... nameservers) {
    return new ResolvConf(
        new ResolverSettings(
            Stream.of(nameservers).map(InetAddress::ofLiteral).toList(),
            List.of("monitoring.svc.cluster.local", "svc.cluster.local", "cluster.local"),
            List.of("ndots:5")),
        List.of());
  }

  PlannedNode withoutNetwork(String... addresses) {
    Stream.of(addresses).map(InetAddress::ofLiteral).forEach(unreachable::add);
    return this;
  }

  /** Lets another network namespace claim these addresses, for long. */
  PlannedNode contested(String... addresses) {
    Stream.of(addresses).map(InetAddress::ofLiteral).forEach(contested::add);
    return this;
  }

  PlannedNode agents(int wanted) {
    agents = OptionalInt.of(wanted);
    return this;
  }

  PlannedNode gaps(Gaps others) {
    gaps = others;
    return this;
  }

  /** Lets the agent lack the permission to list NetworkPolicies. */
  PlannedNode withoutPolicies() {
    return gaps(
        new Gaps(
            Map.of(ClusterResource.NETWORK_POLICIES, "403"),
            Set.of(),
            Map.of(),
            List.of(),
            List.of()));
  }

  /** Adds a policy that isolates the egress of the pods with these labels in an unknown way. */
  PlannedNode unjudged(String namespace, String name, Map<String, String> selected) {
    return gaps(
        new Gaps(
            Map.of(),
            Set.of(),
            Map.of(),
            List.of(
                new InvalidPolicy(
                    namespace,
                    name,
                    Optional.of(LabelSelector.of(selected)),
                    Set.of(Direction.EGRESS),
                    List.of(
                        new InvalidPolicy.Flaw(
                            InvalidPolicy.Fault.TOO_LARGE, "spec", "too large")))),
            List.of()));
  }

  /** Shuffles the input. */
  PlannedNode shuffle(Random random) {
    List.of(pods, dnsPods, policies, endpoints).forEach(list -> Collections.shuffle(list, random));
    return this;
  }

  ClusterView view() {
    return new ClusterView(
            namespaces, pods, dnsPods, policies, kubeDns, endpoints, others(), agents)
        .with(gaps);
  }

  /** A survey an hour after the start, with an equally recent view of the pods. */
  private NetworkSurvey survey() {
    long now = Duration.ofHours(1).toNanos();
    return new NetworkSurvey(
        Stream.concat(
                FoundNetworks.ofPods(pods.stream().map(this::reachable).toList()).stream(),
                contested.stream().map(FoundNetworks::alsoWith))
            .toList(),
        now,
        Instant.EPOCH,
        OptionalLong.of(now));
  }

  private List<InetAddress> reachable(Pod pod) {
    return pod.addresses().stream().filter(address -> !unreachable.contains(address)).toList();
  }

  PlanInput knowledge() {
    return PlanInput.ofNode(view(), survey(), resolvConf);
  }

  Plan plan(Plan before) {
    return plan(Settings.node(""), before);
  }

  Plan plan(Config config, Plan before) {
    return Planner.plan(config, knowledge(), before);
  }

  /** The plan of an agent that has just started. */
  Plan plan() {
    return plan(Plan.EMPTY);
  }

  /** The vantages of a plan, as {@code namespace/pod}, in its order. */
  static List<String> vantages(Plan plan) {
    return plan.probes().stream().map(probe -> name(probe.vantage())).distinct().toList();
  }

  static String name(Vantage vantage) {
    return vantage.namespace() + "/" + vantage.pod();
  }

  /** The status of each pod, by its name. */
  static Map<String, VantageStatus> standings(Plan plan) {
    Map<String, VantageStatus> standings = new TreeMap<>();
    plan.candidates().forEach(candidate -> standings.put(candidate.pod(), candidate.status()));
    return standings;
  }

  /** The policy class of each pod, by its name. */
  static Map<String, String> classes(Plan plan) {
    Map<String, String> classes = new TreeMap<>();
    plan.candidates().forEach(candidate -> classes.put(candidate.pod(), candidate.policyClass()));
    return classes;
  }
}
