package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.PodBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One case of policies of other kinds: policies in a small cluster that all cases share, a query,
 * and the expected verdicts.
 *
 * <p>Each line of {@code policies} is one object: a short word for its kind, its name, and its
 * spec.
 *
 * @param source a published text or test that settles the case
 * @param egress the verdict of the querying pod's policies, such as {@code unknown, likely deny}
 * @param ingress the verdict of the server's policies; empty if the case does not say
 * @param by a part of the words that the deciding policies are named by; empty if the case does not
 *     say
 */
public record OtherKindsCase(
    String id,
    String source,
    List<? extends Fields> objects,
    PolicySet policies,
    Pod from,
    Destination to,
    PortProtocol over,
    String egress,
    Optional<String> ingress,
    Optional<String> by) {

  /** The labels of the cluster's namespaces. */
  static final Map<String, Labels> NAMESPACES =
      Map.of(
          "shop", new Labels(Map.of("team", "a", "env", "prod")),
          "bank", new Labels(Map.of("team", "b")),
          "kube-system", Labels.NONE);

  private static final Pattern OBJECT =
      Pattern.compile("(?m)^([a-z]+) (?:([^/\\s]+)/)?(\\S+): (.*)$");

  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("np", "networking.k8s.io/v1 NetworkPolicy"),
          Map.entry("anp", "policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy"),
          Map.entry("banp", "policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy"),
          Map.entry("cnp", "policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy"),
          Map.entry("gnp", "projectcalico.org/v3 GlobalNetworkPolicy"),
          Map.entry("stored", "crd.projectcalico.org/v1 GlobalNetworkPolicy"),
          Map.entry("calico", "projectcalico.org/v3 NetworkPolicy"),
          Map.entry("tier", "projectcalico.org/v3 Tier"),
          Map.entry("netset", "projectcalico.org/v3 NetworkSet"),
          Map.entry("gnetset", "projectcalico.org/v3 GlobalNetworkSet"),
          Map.entry("ciliumnp", "cilium.io/v2 CiliumNetworkPolicy"),
          Map.entry("ccnp", "cilium.io/v2 CiliumClusterwideNetworkPolicy"));

  static final Pod WEB =
      pod("shop", "web", "10.244.1.20", Map.of("app", "web", "tier", "front"), false);
  static final Pod DB = pod("shop", "db", "10.244.1.21", Map.of("app", "db"), false);
  static final Pod TELLER = pod("bank", "teller", "10.244.2.20", Map.of("app", "teller"), false);
  static final Pod NODE = pod("shop", "agent", "192.168.0.1", Map.of("app", "web"), true);
  static final Pod COREDNS =
      pod("kube-system", "coredns", "10.244.0.10", Map.of("k8s-app", "kube-dns"), false);
  static final Pod CACHE =
      pod(
          "kube-system",
          "node-local-dns",
          "192.168.0.1",
          Map.of("k8s-app", "node-local-dns"),
          true);
  static final List<Pod> PODS = List.of(WEB, DB, TELLER, NODE, COREDNS, CACHE);

  /** Reads the cases of a file next to this class. */
  static List<OtherKindsCase> inResource(String name) throws IOException {
    return Written.documents(OtherKindsCase.class, name).stream()
        .flatMap(document -> document.objects("cases"))
        .map(OtherKindsCase::of)
        .toList();
  }

  private static OtherKindsCase of(Fields fields) {
    List<? extends Fields> objects =
        Written.documents(written(fields.text("policies").orElseThrow()));
    Transport transport =
        Transport.valueOf(fields.text("over").orElse("udp").toUpperCase(Locale.ROOT));
    return new OtherKindsCase(
        fields.text("id").orElseThrow(),
        fields.text("source").orElseThrow(),
        objects,
        Written.policies(objects, NAMESPACES),
        pod(fields.text("from").orElse("web")),
        destination(fields.text("to").orElse("kube-dns")),
        PortProtocol.over(transport),
        fields.text("egress").orElseThrow(),
        fields.text("ingress"),
        fields.text("by"));
  }

  /** Returns the objects as manifests. */
  static String written(String policies) {
    Matcher matcher = OBJECT.matcher(policies);
    return matcher.replaceAll(
        object -> {
          String kind = KINDS.getOrDefault(object.group(1), "");
          String namespace = object.group(2) == null ? "" : ", namespace: " + object.group(2);
          return Matcher.quoteReplacement(
              "---\napiVersion: %s\nmetadata: {name: %s%s}\nspec: %s"
                  .formatted(
                      kind.replace(" ", "\nkind: "), object.group(3), namespace, object.group(4)));
        });
  }

  private static Pod pod(String name) {
    return PODS.stream().filter(pod -> pod.name().equals(name)).findFirst().orElseThrow();
  }

  /** Returns the verdicts as the case writes them. */
  static String verdict(PolicyVerdict verdict) {
    String decision = verdict.decision().label();
    return verdict instanceof PolicyVerdict.Unknown
        ? decision + verdict.likely().map(likely -> ", likely " + likely.label()).orElse("")
        : decision;
  }

  /** Returns the verdict on a query to one of the destinations. */
  static PathVerdict verdict(PolicySet policies, Pod from, String to, String transport) {
    return new PolicyEvaluator(policies)
        .pathVerdict(from, destination(to), PortProtocol.over(Transport.valueOf(transport)));
  }

  PathVerdict judged() {
    return new PolicyEvaluator(policies).pathVerdict(from, to, over);
  }

  /** Returns the words by which the verdicts name the policies that decide. */
  static String words(PathVerdict verdict) {
    return List.of(verdict.egress(), verdict.ingress()).stream()
        .map(
            side ->
                side instanceof PolicyVerdict.Unknown unknown
                    ? String.join(" ", unknown.about())
                    : side.other().map(OtherDecision::clause).orElse(""))
        .collect(Collectors.joining(" | "));
  }

  static Destination destination(String word) {
    return switch (word) {
      case "kube-dns" -> service("kube-dns", 53, new PortReference.Numbered(53));
      case "shifted" -> service("dns-default", 53, new PortReference.Named("alt"));
      case "coredns" -> new Destination.Direct(COREDNS, COREDNS.addresses().getFirst());
      case "cache" ->
          new Destination.Address(InetAddress.ofLiteral("169.254.20.10"), List.of(CACHE));
      case "resolver" -> new Destination.Address(InetAddress.ofLiteral("9.9.9.9"), List.of());
      case "resolver6" -> new Destination.Address(InetAddress.ofLiteral("2620:fe::fe"), List.of());
      default -> throw new IllegalArgumentException(word);
    };
  }

  private static Destination service(String name, int port, PortReference target) {
    InetAddress address = InetAddress.ofLiteral("10.96.0.10");
    return new Destination.Balanced(
        new Service(
            "kube-system",
            name,
            List.of(address),
            COREDNS.labels(),
            List.of(
                new Service.Port("dns", port, Protocol.UDP, target),
                new Service.Port("dns-tcp", port, Protocol.TCP, target))),
        address,
        List.of(COREDNS));
  }

  private static Pod pod(
      String namespace, String name, String ip, Map<String, String> labels, boolean hostNetwork) {
    List<Pod.ContainerPort> ports =
        labels.containsKey("k8s-app")
            ? List.of(
                new Pod.ContainerPort("dns", 53, Protocol.UDP),
                new Pod.ContainerPort("dns-tcp", 53, Protocol.TCP),
                new Pod.ContainerPort("alt", 5353, Protocol.UDP),
                new Pod.ContainerPort("alt", 5353, Protocol.TCP))
            : List.of();
    return PodBuilder.pod(namespace, name, ip)
        .on("")
        .labels(labels)
        .hostNetwork(hostNetwork)
        .ports(ports)
        .serviceAccount(name)
        .build();
  }

  @Override
  public String toString() {
    return id;
  }
}
