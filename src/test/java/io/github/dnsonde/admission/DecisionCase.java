package io.github.dnsonde.admission;

import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.NamespaceVersion;
import io.github.dnsonde.cluster.AdmissionRequest.Operation;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.manifest.Declared;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.PodBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One case of the table of decisions: a cluster, settings, a request, and what is decided. */
record DecisionCase(
    String id,
    ClusterSnapshot cluster,
    boolean deleting,
    AdmissionTerms terms,
    Permission.Answer permission,
    AdmissionRequest request,
    String expected,
    List<String> warnings,
    List<String> refusal) {

  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  /** Reads the cases of the file next to this class. */
  static List<DecisionCase> all() throws IOException {
    Fields file = Written.documents(DecisionCase.class, "decisions.yaml").getFirst();
    Map<String, String> specs = file.map("specs");
    return file.objects("cases").map(fields -> of(fields, specs)).toList();
  }

  private static DecisionCase of(Fields fields, Map<String, String> specs) {
    return new DecisionCase(
        fields.text("id").orElseThrow(),
        cluster(fields, specs),
        fields.flag("deleting").orElse(false),
        new AdmissionTerms(
            Config.Admission.Strictness.valueOf(upper(fields.text("mode").orElse("deny"))),
            fields.flag("denyDryRun").orElse(false),
            Config.Admission.Overriding.valueOf(upper(fields.text("override").orElse("anyone"))),
            Set.of("kube-system", "dnsonde"),
            InetAddress.ofLiteral("169.254.20.10")),
        Permission.Answer.valueOf(upper(fields.text("permission").orElse("unknown"))),
        request(fields, specs),
        fields.text("expected").orElseThrow(),
        fields.texts("warnings"),
        fields.texts("refusal"));
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }

  private static ClusterSnapshot cluster(Fields fields, Map<String, String> specs) {
    List<Pod> dnsPods =
        List.of(
            PodBuilder.pod("kube-system", "coredns-1", "10.244.0.2")
                .label("k8s-app", "kube-dns")
                .build());
    List<Pod> pods = new ArrayList<>(dnsPods);
    if (fields.flag("cacheWithoutAddress").orElse(false)) {
      pods.add(
          PodBuilder.pod("kube-system", "node-local-dns-1", "172.20.0.2")
              .label("k8s-app", "node-local-dns")
              .onHostNetwork()
              .build());
    }
    Fields workloads = fields.object("pods");
    workloads
        .names()
        .forEach(workload -> pods.addAll(pods(workload, workloads.number(workload).orElseThrow())));
    Map<String, Labels> namespaces = new HashMap<>(Written.namespaces(fields.object("namespaces")));
    for (String name : List.of("kube-system", "dnsonde", "payments", "shop")) {
      namespaces.putIfAbsent(name, Labels.NONE.ofNamespace(name));
    }
    List<Fields> live = new ArrayList<>();
    fields.map("policies").forEach((name, spec) -> live.add(object(name, spec, specs, "{}")));
    ClusterView view =
        new ClusterView(
                namespaces,
                pods,
                dnsPods,
                live.isEmpty() ? List.of() : Written.policies(live, Map.of()).policies(),
                Optional.of(service()).filter(_ -> fields.flag("dns").orElse(true)),
                List.of(),
                new OtherPolicies(
                    Set.of(),
                    Stream.concat(
                            fields.texts("foreign").stream().map(DecisionCase::foreign),
                            fields.texts("others").stream().flatMap(DecisionCase::written))
                        .toList()),
                OptionalInt.empty())
            .with(new Declarations(declarations(fields.texts("declared"))));
    return new ClusterSnapshot(view, NodeCache.NONE, true, Map.of(), List.of());
  }

  private static List<Pod> pods(String workload, int count) {
    String[] place =
        workload.contains("/") ? workload.split("/", 2) : new String[] {"payments", workload};
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            n ->
                PodBuilder.pod(place[0], place[1] + "-" + n, "10.244.1." + n)
                    .ownedBy("Deployment", place[1])
                    .label("app", place[1])
                    .build())
        .toList();
  }

  private static Stream<ForeignPolicy> written(String manifest) {
    return Written.policies(Written.documents(manifest), Map.of()).foreign().stream();
  }

  private static ForeignPolicy foreign(String kind) {
    return ForeignPolicy.possible(Written.kind(kind));
  }

  private static List<Declaration> declarations(List<String> namespaces) {
    return namespaces.stream()
        .<Declaration>map(
            namespace ->
                new Declaration.NoDns(
                    new Declaration.Holder(namespace, Optional.empty()),
                    LabelSelector.EVERYTHING,
                    "batch",
                    Optional.empty()))
        .toList();
  }

  private static Service service() {
    return new Service(
        "kube-system",
        "kube-dns",
        List.of(InetAddress.ofLiteral("10.96.0.10")),
        new Labels(Map.of("k8s-app", "kube-dns")),
        Stream.of(Protocol.UDP, Protocol.TCP)
            .map(protocol -> new Service.Port("dns", 53, protocol, new PortReference.Numbered(53)))
            .toList());
  }

  private static Fields object(
      String name, String spec, Map<String, String> specs, String annotations) {
    return Written.networkPolicy(name, specs.getOrDefault(spec, spec), annotations);
  }

  /**
   * {@code CREATE payments/deny: deny}: the operation, the object, its version before and after.
   */
  private static AdmissionRequest request(Fields fields, Map<String, String> specs) {
    Fields request = fields.object("request");
    Operation operation = Operation.valueOf(request.text("operation").orElse("CREATE"));
    boolean dryRun = request.flag("dryRun").orElse(false);
    AdmissionRequest.User user = new AdmissionRequest.User("ann", "", List.of(), Map.of());
    String name = request.text("policy").orElse("");
    if (request.flag("other").orElse(false)) {
      return new AdmissionRequest(
          "u",
          operation,
          new NamespacedName("payments", "x"),
          new AdmissionRequest.Other(),
          dryRun,
          user);
    }
    if (name.isEmpty()) {
      String namespace = request.text("namespace").orElseThrow();
      return new AdmissionRequest(
          "u",
          Operation.UPDATE,
          new NamespacedName("", namespace),
          new AdmissionRequest.Namespace(
              new NamespaceVersion(
                  new Labels(request.map("from")).ofNamespace(namespace),
                  Optional.empty(),
                  "",
                  false),
              new NamespaceVersion(
                  new Labels(request.map("to")).ofNamespace(namespace),
                  Optional.empty(),
                  request.map("annotations").getOrDefault("dnsonde.github.io/ignore", ""),
                  request.flag("deleting").orElse(false))),
          dryRun,
          user);
    }
    String[] halves = name.split("/", 2);
    return new AdmissionRequest(
        "u",
        operation,
        new NamespacedName(halves[0], halves[1]),
        new AdmissionRequest.Policy(
            request.text("from").map(spec -> version(name, spec, specs, Map.of())),
            request.text("to").map(spec -> version(name, spec, specs, request.map("annotations")))),
        dryRun,
        user);
  }

  private static PolicyVersion version(
      String name, String spec, Map<String, String> specs, Map<String, String> annotations) {
    StringBuilder written = new StringBuilder();
    annotations.forEach(
        (key, value) ->
            written.append(written.isEmpty() ? "" : ", ").append("'" + key + "': '" + value + "'"));
    Fields object = object(name, spec, specs, "{" + written + "}");
    Optional<NetworkPolicy> policy =
        spec.equals("unread")
            ? Optional.empty()
            : Optional.of(Written.policies(List.of(object), Map.of()).policies().getFirst());
    return new PolicyVersion(
        policy,
        Declared.ofPolicy(object.object("metadata"), policy.map(NetworkPolicy::selects)),
        annotations.getOrDefault("dnsonde.github.io/ignore", ""));
  }

  @Override
  public String toString() {
    return id;
  }
}
