package io.github.dnsonde.chart;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The chart's ValidatingAdmissionPolicy on a real API server, without any webhook. */
@Timeout(120)
@Tag("cluster")
class AdmissionPolicyOnClusterTest {

  private static final String NAMESPACE = "admission-policy-test";
  private static final String NO_DNS = "can reach DNS";
  private static final String TCP_ONLY = "port 53 over TCP only";

  private static final String ELSEWHERE =
      "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}";
  private static final String DNS =
      "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}";
  private static final String BOTH = "[{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]";

  /** Specs that are reported, each with the part of the message that says why. */
  private static final Map<String, String> REPORTED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("{podSelector: {}, policyTypes: [Egress]}", NO_DNS),
              Map.entry("{podSelector: {}, policyTypes: [Egress], egress: []}", NO_DNS),
              Map.entry("{podSelector: {}, policyTypes: [Ingress, Egress]}", NO_DNS),
              Map.entry(egress("{ports: [{port: 443}]}"), NO_DNS),
              Map.entry(
                  egress("{ports: [{port: 5432, protocol: TCP}], to: [" + ELSEWHERE + "]}"),
                  NO_DNS),
              // by the rule that policyTypes has Egress if there is an egress rule
              Map.entry("{podSelector: {}, egress: [{ports: [{port: 443}]}]}", NO_DNS),
              Map.entry(egress("{to: [{podSelector: {}}]}"), NO_DNS),
              Map.entry(egress("{to: [{podSelector: {matchLabels: {app: db}}}]}"), NO_DNS),
              Map.entry(egress("{to: [{podSelector: {}}], ports: [{port: http}]}"), NO_DNS),
              Map.entry(egress("{to: [{podSelector: {}}], ports: [{protocol: UDP}]}"), NO_DNS),
              Map.entry(egress("{to: [" + ELSEWHERE + "]}"), NO_DNS),
              Map.entry(egress("{to: [" + ELSEWHERE + "]}, {ports: [{port: 443}]}"), NO_DNS),
              Map.entry(
                  egress(
                      "{to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}, namespaceSelector:"
                          + " {matchLabels: {kubernetes.io/metadata.name: shop}}}]}"),
                  NO_DNS),
              Map.entry(
                  egress("{to: [{namespaceSelector: " + byName("In, values: [shop, web]") + "}]}"),
                  NO_DNS),
              Map.entry(
                  egress(
                      "{to: [{namespaceSelector: "
                          + byName("NotIn, values: [kube-system, openshift-dns]")
                          + "}]}"),
                  NO_DNS),
              Map.entry(
                  egress("{to: [{namespaceSelector: " + byName("DoesNotExist") + "}]}"), NO_DNS),
              Map.entry(egress("{ports: [{port: 54, endPort: 852}]}"), NO_DNS),
              Map.entry(egress("{ports: [{port: 8054, endPort: 65535}]}"), NO_DNS),
              Map.entry(egress("{ports: [{port: 53, protocol: SCTP}]}"), NO_DNS),
              Map.entry(
                  egress("{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}]}"), NO_DNS),
              Map.entry(egress("{ports: [{port: 53}]}"), TCP_ONLY),
              Map.entry(
                  egress("{ports: [{port: 53, protocol: TCP}], to: [" + DNS + "]}"), TCP_ONLY),
              Map.entry(egress("{ports: [{port: 443}]}, {ports: [{port: 53}]}"), TCP_ONLY)));

  /** Specs that are not reported: another policy, the cluster or an engine could let DNS pass. */
  private static final List<String> ACCEPTED =
      List.of(
          "{podSelector: {}}",
          "{podSelector: {}, policyTypes: [Ingress]}",
          // isolates nothing: policyTypes becomes [Ingress]
          "{podSelector: {}, egress: []}",
          "{podSelector: {}, policyTypes: [Ingress], egress: [{ports: [{port: 443}]}]}",
          egress("{}"),
          egress("{to: [], ports: []}"),
          egress("{ports: " + BOTH + "}"),
          egress("{ports: [{port: 53, protocol: UDP}]}"),
          egress("{ports: [{protocol: UDP}]}"),
          egress("{ports: [{protocol: TCP}]}"),
          egress("{ports: [{port: dns, protocol: UDP}], to: [{podSelector: {}}]}"),
          egress("{ports: [{port: udp-53, protocol: UDP}], to: [" + ELSEWHERE + "]}"),
          egress("{ports: [{port: http}], to: [{namespaceSelector: {}}]}"),
          egress("{ports: [{port: 1, endPort: 65535, protocol: UDP}], to: [{podSelector: {}}]}"),
          egress("{ports: [{port: 53, endPort: 53, protocol: UDP}]}"),
          egress("{ports: [{port: 5000, endPort: 6000, protocol: UDP}]}"),
          egress("{ports: [{port: 8053, protocol: UDP}]}"),
          egress("{to: [" + DNS + "]}"),
          egress("{to: [" + DNS + "], ports: " + BOTH + "}"),
          egress("{to: [" + ELSEWHERE + "], ports: " + BOTH + "}"),
          egress("{to: [{namespaceSelector: {}}]}"),
          egress(
              "{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]}"),
          egress("{to: [{namespaceSelector: {matchLabels: {name: kube-system}}}]}"),
          egress("{to: [{namespaceSelector: {matchLabels: {team: shop}}}]}"),
          egress("{to: [{namespaceSelector: " + byName("Exists") + "}]}"),
          egress("{to: [{namespaceSelector: " + byName("NotIn, values: [kube-system]") + "}]}"),
          egress("{to: [{namespaceSelector: " + byName("In, values: [shop, kube-system]") + "}]}"),
          egress("{to: [{podSelector: {}}, " + DNS + "]}"),
          egress("{to: [{podSelector: {}}]}, {to: [" + DNS + "]}"),
          egress("{to: [{ipBlock: {cidr: 169.254.20.10/32}}]}"),
          egress("{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}]}"),
          egress("{to: [{ipBlock: {cidr: 10.96.0.10/32}}], ports: " + BOTH + "}"),
          egress("{to: [{ipBlock: {cidr: 'fd00::/8'}}]}"),
          // a DNS server of the namespace itself, as vcluster has
          egress(
              "{to: [{podSelector: {matchLabels: {app: dns}}}], ports: [{port: 1053, protocol:"
                  + " UDP}]}"),
          egress("{ports: [{port: 53}]}, {ports: [{port: 53, protocol: UDP}]}"));

  private static final String DENY_ALL = "{podSelector: {}, policyTypes: [Egress]}";
  private static final String ALLOW_ALL = egress("{}");

  private static TestCluster cluster;

  @BeforeAll
  static void install() throws Exception {
    cluster = TestCluster.up();
    cluster.apply(
        String.join(
            "\n---\n",
            namespace(NAMESPACE, ""),
            namespace(NAMESPACE + "-off", "labels: {dnsonde.github.io/admission: 'off'}"),
            namespace(NAMESPACE + "-expected", "annotations: {dnsonde.github.io/expect: no-dns}"),
            namespace(NAMESPACE + "-deny", "labels: {admission-policy-test: deny}"),
            chart("warn", ""),
            chart(
                "deny",
                "actions: [Deny], namespaceSelector: {matchExpressions: null, matchLabels:"
                    + " {admission-policy-test: deny}}")));
    Instant limit = Instant.now().plusSeconds(30);
    while (!(warns(NAMESPACE).contains(NO_DNS) && warns(NAMESPACE + "-deny").contains("denied"))) {
      assertTrue(Instant.now().isBefore(limit), "the policies do not take effect");
    }
  }

  @AfterAll
  static void remove() throws IOException {
    TestCluster cluster = TestCluster.up();
    cluster.kubectl(
        "delete",
        "validatingadmissionpolicy,validatingadmissionpolicybinding",
        "-l",
        "app.kubernetes.io/component=admission-policy");
    for (String suffix : List.of("", "-off", "-expected", "-deny")) {
      cluster.kubectl("delete", "namespace", NAMESPACE + suffix, "--wait=false");
    }
  }

  /** The two objects of a release, as Helm renders them. */
  private static String chart(String name, String values) {
    return Rendered.with(
            "{fullnameOverride: %s, validatingAdmissionPolicy: {enabled: true, %s}}"
                .formatted(NAMESPACE + "-" + name, values))
        .objects()
        .stream()
        .filter(object -> object.path("kind").asString("").startsWith("ValidatingAdmission"))
        .map(JsonNode::toString)
        .collect(joining("\n---\n"));
  }

  private static String namespace(String name, String metadata) {
    return "{apiVersion: v1, kind: Namespace, metadata: {name: %s, %s}}".formatted(name, metadata);
  }

  private static String egress(String rules) {
    return "{podSelector: {}, policyTypes: [Egress], egress: [" + rules + "]}";
  }

  private static String byName(String operator) {
    return "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: " + operator + "}]}";
  }

  private static String policy(String namespace, String name, String annotations, String spec) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {namespace: %s, name: %s, annotations: {%s}}
    spec: %s
    """
        .formatted(namespace, name, annotations, spec);
  }

  /** The answer to a default-deny that is not stored. */
  private static String warns(String namespace) throws IOException {
    return tried(policy(namespace, "deny", "", DENY_ALL));
  }

  private static String tried(String manifests) throws IOException {
    return cluster.printed(manifests, "create", "--dry-run=server", "-f", "-");
  }

  /** Tries several specs, each as the policy with the number of its place. */
  private static String tried(List<String> specs) throws IOException {
    return tried(
        IntStream.range(0, specs.size())
            .mapToObj(number -> policy(NAMESPACE, "case-" + number, "", specs.get(number)))
            .collect(joining("---\n")));
  }

  private static List<String> linesAbout(int number, String printed) {
    Pattern about = Pattern.compile("\\bcase-" + number + "\\b");
    return printed.lines().filter(line -> about.matcher(line).find()).toList();
  }

  @Test
  void policiesThatCannotReachDnsAreReported() throws IOException {
    List<String> specs = List.copyOf(REPORTED.keySet());
    String printed = tried(specs);
    assertAll(
        IntStream.range(0, specs.size())
            .mapToObj(
                number ->
                    () -> {
                      List<String> lines = linesAbout(number, printed);
                      assertEquals(2, lines.size(), () -> specs.get(number) + lines);
                      assertTrue(lines.getFirst().startsWith("Warning: Validation failed for"));
                      assertTrue(
                          lines.getFirst().contains(REPORTED.get(specs.get(number))),
                          () -> specs.get(number) + lines);
                      assertTrue(lines.get(1).endsWith("created (server dry run)"));
                    }));
  }

  @Test
  void policiesThatCouldReachDnsAreNot() throws IOException {
    String printed = tried(ACCEPTED);
    assertAll(
        IntStream.range(0, ACCEPTED.size())
            .mapToObj(
                number ->
                    () -> {
                      List<String> lines = linesAbout(number, printed);
                      assertEquals(1, lines.size(), () -> ACCEPTED.get(number) + lines);
                      assertTrue(lines.getFirst().endsWith("created (server dry run)"));
                    }));
  }

  /** The API server itself refuses them, so that no admission policy sees them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{port: '53', protocol: UDP} | must contain at least one letter",
        "{port: 53, protocol: udp} | Unsupported value",
        "{port: dns, endPort: 60} | may not be specified when `port` is non-numeric",
        "{port: 60, endPort: 53} | must be greater than or equal to `port`",
      })
  void invalidPortsAreRefused(String port, String why) throws IOException {
    String printed = tried(List.of(egress("{ports: [" + port + "]}")));
    assertTrue(printed.contains("is invalid: spec.egress[0].ports[0]"), printed);
    assertTrue(printed.contains(why), printed);
  }

  @Test
  void namespacesAndPoliciesAreLeftOut() throws IOException {
    assertAll(
        () -> assertFalse(warns(NAMESPACE + "-off").contains("Warning")),
        () -> assertFalse(warns(NAMESPACE + "-expected").contains("Warning")),
        () -> assertFalse(warns("kube-system").contains("Warning")),
        () ->
            assertFalse(
                tried(policy(NAMESPACE, "a", "dnsonde.github.io/expect: no-dns", DENY_ALL))
                    .contains("Warning")),
        () ->
            assertFalse(
                tried(
                        policy(
                            NAMESPACE,
                            "a",
                            "dnsonde.github.io/ignore: 'isolates-egress-without-dns: batch'",
                            DENY_ALL))
                    .contains("Warning")));
  }

  /** A change that makes nothing worse, and a deletion, always pass. */
  @Test
  void denyRefusesOnlyWhatGetsWorse() throws IOException {
    String namespace = NAMESPACE + "-deny";
    String refused = "denied request: no egress rule of NetworkPolicy a can reach DNS";
    String created = cluster.printed(policy(namespace, "a", "", DENY_ALL), "create", "-f", "-");
    assertTrue(created.contains(refused), created);
    cluster.create(policy(namespace, "a", "", ALLOW_ALL));
    String worse = replaced(policy(namespace, "a", "", DENY_ALL));
    assertTrue(worse.contains(refused), worse);
    String declared =
        replaced(policy(namespace, "a", "dnsonde.github.io/expect: no-dns", DENY_ALL));
    assertTrue(declared.endsWith("replaced\n"), declared);
    String noLonger = replaced(policy(namespace, "a", "team: shop", DENY_ALL));
    assertTrue(noLonger.endsWith("replaced\n"), noLonger);
    String wider = replaced(policy(namespace, "a", "", egress("{ports: [{port: 443}]}")));
    assertTrue(wider.endsWith("replaced\n"), wider);
    cluster.kubectl("delete", "networkpolicy", "-n", namespace, "a");
  }

  private static String replaced(String manifest) throws IOException {
    return cluster.printed(manifest, "replace", "-f", "-");
  }

  /** At the limit, the most expensive policies are evaluated, and above it none is reported. */
  @Test
  void theCostIsBounded() throws IOException {
    String elsewhere =
        "{namespaceSelector: "
            + byName(
                "In, values: ["
                    + IntStream.range(0, 20).mapToObj(n -> "shop-" + n).collect(joining(", "))
                    + "]")
            + "}";
    String rule =
        "{ports: [%s], to: [%s]}"
            .formatted(
                String.join(", ", Collections.nCopies(5, "{port: https}")),
                String.join(", ", Collections.nCopies(5, elsewhere)));
    String most = egress(String.join(", ", Collections.nCopies(100, rule)));
    String more = egress(String.join(", ", Collections.nCopies(101, rule)));
    String wide =
        egress(
            "{ports: [%s]}"
                .formatted(
                    IntStream.range(0, 999)
                        .mapToObj(n -> "{port: " + (10_000 + n) + "}")
                        .collect(joining(", "))));
    String printed = tried(List.of(most, more, wide));
    assertAll(
        () -> assertEquals(2, linesAbout(0, printed).size(), () -> printed),
        () -> assertEquals(1, linesAbout(1, printed).size(), () -> printed),
        () -> assertEquals(2, linesAbout(2, printed).size(), () -> printed));
    cluster.create(
        policy(
            NAMESPACE,
            "big",
            "",
            most.replace("[{ports", "[{}, {ports").replaceFirst(Pattern.quote(rule + ", "), "")));
    String updated = replaced(policy(NAMESPACE, "big", "", most));
    assertTrue(updated.contains(NO_DNS), updated);
  }

  /** The API server's own check of the expressions against its types. */
  @Test
  void theExpressionsHaveTheRightTypes() throws IOException {
    String name = NAMESPACE + "-warn-dns";
    cluster.kubectl(
        "wait",
        "validatingadmissionpolicy/" + name,
        "--for=jsonpath={.status.observedGeneration}=1",
        "--timeout=30s");
    assertEquals(
        "{}",
        cluster.kubectl(
            "get", "validatingadmissionpolicy", name, "-o", "jsonpath={.status.typeChecking}"));
  }
}
