package io.github.dnsonde.change;

import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.PodBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One case of the table of changes: a cluster, a change of it, and the expected consequences. */
record ChangeCase(String id, ClusterState before, Change change, List<String> expected) {

  /** Reads the cases of the file next to this class. */
  static List<ChangeCase> all() throws IOException {
    Fields file = Written.documents(ChangeCase.class, "changes.yaml").getFirst();
    Map<String, String> specs = file.map("specs");
    return file.objects("cases").map(fields -> of(fields, specs)).toList();
  }

  private static ChangeCase of(Fields fields, Map<String, String> specs) {
    return new ChangeCase(
        fields.text("id").orElseThrow(),
        before(fields, specs),
        change(fields.object("change"), specs),
        fields.texts("expected"));
  }

  private static ClusterState before(Fields fields, Map<String, String> specs) {
    Fields live = fields.object("live");
    List<Pod> pods = new ArrayList<>(live.objects("pods").flatMap(ChangeCase::pods).toList());
    List<Pod> dnsPods = live.flag("dnsPods").orElse(true) ? dnsPods(live) : List.of();
    pods.addAll(dnsPods);
    List<Pod> caches = caches(live);
    pods.addAll(caches);
    PolicySet policies = policies(live.map("policies"), specs);
    Map<String, Labels> namespaces = new HashMap<>(Written.namespaces(live.object("namespaces")));
    namespaces.putIfAbsent("kube-system", Labels.NONE.ofNamespace("kube-system"));
    namespaces.putIfAbsent("payments", Labels.NONE.ofNamespace("payments"));
    ClusterView view =
        new ClusterView(
                namespaces,
                pods,
                dnsPods,
                policies.policies(),
                Optional.of(service(live)),
                List.of(),
                new OtherPolicies(
                    Set.of(), live.objects("foreign").map(ChangeCase::foreign).toList()),
                OptionalInt.empty())
            .with(
                new Gaps(
                    Map.of(),
                    Set.copyOf(live.texts("unlabelled")),
                    live.map("unread"),
                    policies.invalid(),
                    List.of()));
    return ClusterState.of(
        new ClusterSnapshot(
            view, new NodeCache(caches, addresses(live, "nodeLocal")), true, Map.of(), List.of()));
  }

  private static Set<InetAddress> addresses(Fields fields, String name) {
    return fields.texts(name).stream().map(InetAddress::ofLiteral).collect(Collectors.toSet());
  }

  /** CoreDNS behind kube-dns; its port on the pods may be another one, as on OpenShift. */
  private static Service service(Fields live) {
    int port = live.number("dnsPort").orElse(53);
    return new Service(
        "kube-system",
        "kube-dns",
        List.of(InetAddress.ofLiteral("10.96.0.10")),
        new Labels(Map.of("k8s-app", "kube-dns")),
        Stream.of(Protocol.UDP, Protocol.TCP)
            .map(
                protocol -> new Service.Port("dns", 53, protocol, new PortReference.Numbered(port)))
            .toList());
  }

  private static List<Pod> dnsPods(Fields live) {
    int port = live.number("dnsPort").orElse(53);
    List<Pod.ContainerPort> ports =
        List.of(
            new Pod.ContainerPort("dns", port, Protocol.UDP),
            new Pod.ContainerPort("dns-tcp", port, Protocol.TCP));
    Labels first = new Labels(Map.of("k8s-app", "kube-dns", "pod-template-hash", "a"));
    Labels second = first.with(new Labels(live.map("secondDnsPod")));
    return List.of(
        pod("kube-system", "coredns-1", "Deployment/coredns", first, "10.244.0.2")
            .ports(ports)
            .build(),
        pod("kube-system", "coredns-2", "Deployment/coredns", second, "10.244.0.3")
            .ports(ports)
            .build());
  }

  private static List<Pod> caches(Fields live) {
    boolean redirected = live.flag("redirected").orElse(false);
    return live.texts("nodeLocal").isEmpty()
        ? List.of()
        : List.of(
            pod(
                    "kube-system",
                    "node-local-dns-1",
                    "DaemonSet/node-local-dns",
                    new Labels(Map.of("k8s-app", "node-local-dns")),
                    "10.244.0.9")
                .hostNetwork(!redirected)
                .build());
  }

  /** Pods of one workload: {@code of: Deployment/api}, {@code count: 3}. */
  private static Stream<Pod> pods(Fields fields) {
    String of = fields.text("of").orElseThrow();
    int count = fields.number("count").orElse(1);
    Pod.Dns dns =
        new Pod.Dns(
            Pod.Policy.valueOf(fields.text("dns").orElse("CLUSTER_FIRST")),
            List.copyOf(addresses(fields, "nameservers")));
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            n -> {
              PodBuilder pod =
                  pod(
                          fields.text("namespace").orElse("payments"),
                          of.replaceAll(".*/", "") + "-" + n,
                          of,
                          new Labels(fields.map("labels")),
                          fields.text("ip").orElse("10.244.1." + n))
                      .hostNetwork(fields.flag("hostNetwork").orElse(false))
                      .phase(Pod.Phase.valueOf(fields.text("phase").orElse("RUNNING")))
                      .dns(dns);
              return (fields.flag("deleting").orElse(false) ? pod.deleting() : pod).build();
            });
  }

  private static PodBuilder pod(
      String namespace, String name, String of, Labels labels, String ip) {
    PodBuilder pod = PodBuilder.pod(namespace, name, ip).labels(labels.values());
    return of.startsWith("Pod/") ? pod : pod.ownedBy(owner(of).kind(), owner(of).name());
  }

  private static Pod.Owner owner(String of) {
    String[] halves = of.split("/", 2);
    return new Pod.Owner(halves[0], halves[1]);
  }

  /** Policies by name, each with its spec or the name of one. */
  private static PolicySet policies(Map<String, String> byName, Map<String, String> specs) {
    List<Fields> objects = new ArrayList<>();
    byName.forEach(
        (name, spec) ->
            objects.add(Written.networkPolicy(name, specs.getOrDefault(spec, spec), "{}")));
    return Written.policies(objects, Map.of());
  }

  /** A policy of another kind: with a group and a spec, or one that cannot be read. */
  private static ForeignPolicy foreign(Fields fields) {
    String kind = fields.text("kind").orElseThrow();
    if (fields.has("spec")) {
      return Written.foreign(
          fields.text("group").orElseThrow() + "/v1 " + kind,
          fields.text("metadata").orElseThrow(),
          fields.text("spec").orElseThrow());
    }
    return ForeignPolicy.unread(Written.kind(kind), fields.text("namespace"), fields.text("name"));
  }

  private static Change change(Fields change, Map<String, String> specs) {
    List<NetworkPolicy> policies = policies(change.map("policies"), specs).policies();
    return new Change(
            policies,
            change.texts("removed").stream()
                .map(name -> name.split("/", 2))
                .map(halves -> new NamespacedName(halves[0], halves[1]))
                .collect(Collectors.toSet()),
            Written.namespaces(change.object("namespaces")),
            change.objects("foreign").map(ChangeCase::foreign).toList(),
            change.objects("workloads").map(ChangeCase::workload).toList())
        .with(change.objects("noDns").map(ChangeCase::noDns).toList());
  }

  private static Declaration.NoDns noDns(Fields fields) {
    return new Declaration.NoDns(
        new Declaration.Holder("payments", Optional.empty()),
        LabelSelector.of(fields.map("selects")),
        "",
        Optional.empty());
  }

  private static PlannedWorkload workload(Fields fields) {
    return new PlannedWorkload(
        fields.text("namespace").orElse("payments"),
        owner(fields.text("of").orElseThrow()),
        new Labels(fields.map("labels")),
        fields.flag("complete").orElse(true),
        fields.flag("queriesDns").orElse(true));
  }

  @Override
  public String toString() {
    return id;
  }
}
