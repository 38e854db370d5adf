package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.testkit.GoProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares verdicts with those of SIG Network's reference engine of AdminNetworkPolicy, on random
 * policies. A small Go program runs the engine; compiling it takes a minute the first time.
 *
 * <p>The engine knows only v1alpha1, so each ClusterNetworkPolicy is given to it as its equivalent.
 * It takes a named port for any port of the pod, so names are only those of the dialled port. The
 * API refuses named ports of networks.
 */
@Tag("long")
class AdminEngineTest {

  private static final int CASES = 20_000;

  @TempDir private static Path folder;

  private static GoProgram program;

  @BeforeAll
  static void build() throws IOException {
    program = GoProgram.built("adminpolicies", folder);
  }

  /** One query, with the policies as the engine reads them and as manifests. */
  private record Compared(String json, List<String> objects, PathVerdict verdict) {}

  @Test
  void randomCasesAgreeWithTheEngine() throws Exception {
    Random random = new Random(20);
    List<Compared> all =
        IntStream.range(0, CASES).mapToObj(_ -> new RandomCase(random).compared()).toList();
    List<String> answers = engine(all.stream().map(Compared::json).toList());
    Map<Decision, Integer> counts = new EnumMap<>(Decision.class);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < CASES; i++) {
      Compared each = all.get(i);
      Decision decision = each.verdict.decision();
      counts.merge(decision, 1, Integer::sum);
      if (decision != Decision.UNKNOWN && !decision.label().equals(answers.get(i))) {
        differences.add(answers.get(i) + " by the engine: " + each);
      }
    }
    System.out.println("compared with the engine: " + counts);
    assertEquals(
        List.of(), differences.stream().limit(5).toList(), () -> differences.size() + " differ");
    assertTrue(counts.getOrDefault(Decision.ALLOW, 0) > CASES / 5, counts::toString);
    assertTrue(counts.getOrDefault(Decision.DENY, 0) > CASES / 5, counts::toString);
    assertTrue(counts.getOrDefault(Decision.UNKNOWN, 0) < CASES / 10, counts::toString);
  }

  private static List<String> engine(List<String> queries) throws Exception {
    List<String> lines = Stream.concat(Stream.of(cluster()), queries.stream()).toList();
    List<String> answers = program.answer(String.join("\n", lines) + "\n").lines().toList();
    assertEquals(queries.size(), answers.size(), "the engine's answers");
    return answers;
  }

  private static String cluster() {
    String namespaces =
        OtherKindsCase.NAMESPACES.entrySet().stream()
            .map(
                each ->
                    "{\"metadata\":{\"name\":\"%s\",\"labels\":%s}}"
                        .formatted(
                            each.getKey(),
                            json(each.getValue().ofNamespace(each.getKey()).values())))
            .collect(Collectors.joining(","));
    String pods =
        OtherKindsCase.PODS.stream().map(AdminEngineTest::pod).collect(Collectors.joining(","));
    return "{\"namespaces\":[" + namespaces + "],\"pods\":[" + pods + "]}";
  }

  private static String pod(Pod pod) {
    String ports =
        pod.ports().stream()
            .map(
                port ->
                    "{\"name\":\"%s\",\"containerPort\":%d,\"protocol\":\"%s\"}"
                        .formatted(port.name(), port.number(), port.protocol()))
            .collect(Collectors.joining(","));
    return ("{\"metadata\":{\"namespace\":\"%s\",\"name\":\"%s\",\"labels\":%s},"
            + "\"spec\":{\"hostNetwork\":%b,\"containers\":[{\"name\":\"c\",\"ports\":[%s]}]},"
            + "\"status\":{\"phase\":\"Running\",\"podIPs\":[{\"ip\":\"%s\"}]}}")
        .formatted(
            pod.namespace(),
            pod.name(),
            json(pod.labels().values()),
            pod.hostNetwork(),
            ports,
            Addresses.text(pod.addresses().getFirst()));
  }

  private static String json(Map<String, String> map) {
    return map.entrySet().stream()
        .map(each -> "\"" + each.getKey() + "\":\"" + each.getValue() + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Random policies and a query, the same for the engine and for the evaluator. */
  private static final class RandomCase {

    private final Random random;
    private final List<String> admin = new ArrayList<>();
    private final List<String> baseline = new ArrayList<>();
    private final List<String> standard = new ArrayList<>();
    private final List<String> objects = new ArrayList<>();
    private final boolean newer;
    private final boolean udp;

    RandomCase(Random random) {
      this.random = random;
      this.newer = random.nextBoolean();
      this.udp = random.nextBoolean();
      List<Integer> priorities = random.ints(0, 1001).distinct().limit(4).boxed().toList();
      for (int i = random.nextInt(4); i >= 0; i--) {
        addAdmin("p" + i, "Admin", priorities.get(i), admin);
      }
      if (random.nextInt(3) > 0) {
        addAdmin("default", "Baseline", 0, baseline);
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        addStandard("n" + i);
      }
    }

    private <T> T one(List<T> all) {
      return all.get(random.nextInt(all.size()));
    }

    private boolean sometimes(int of) {
      return random.nextInt(of) == 0;
    }

    /** Writes a policy in v1alpha1 for the engine, and in either version for the evaluator. */
    private void addAdmin(String name, String tier, int priority, List<String> to) {
      String subject = "\"subject\":" + selection();
      boolean first = tier.equals("Admin");
      List<InBoth> egress = rules(first, true);
      List<InBoth> ingress = rules(first, false);
      String kind = first ? "AdminNetworkPolicy" : "BaselineAdminNetworkPolicy";
      String ranked = first ? "\"priority\":" + priority + "," : "";
      String older =
          object("v1alpha1", kind, name, ranked, subject, egress, ingress, InBoth::older);
      to.add(older);
      objects.add(
          newer
              ? object(
                  "v1alpha2",
                  "ClusterNetworkPolicy",
                  name + tier.toLowerCase(Locale.ROOT),
                  "\"tier\":\"%s\",\"priority\":%d,".formatted(tier, priority),
                  subject,
                  egress,
                  ingress,
                  InBoth::newer)
              : older);
    }

    private static String object(
        String version,
        String kind,
        String name,
        String ranked,
        String subject,
        List<InBoth> egress,
        List<InBoth> ingress,
        Function<InBoth, String> rule) {
      return ("{\"apiVersion\":\"policy.networking.k8s.io/%s\",\"kind\":\"%s\","
              + "\"metadata\":{\"name\":\"%s\"},\"spec\":{%s%s,\"egress\":[%s],\"ingress\":[%s]}}")
          .formatted(
              version,
              kind,
              name,
              ranked,
              subject,
              egress.stream().map(rule).collect(Collectors.joining(",")),
              ingress.stream().map(rule).collect(Collectors.joining(",")));
    }

    /** A rule in both versions. */
    private record InBoth(String older, String newer) {}

    private List<InBoth> rules(boolean first, boolean egress) {
      return IntStream.range(0, random.nextInt(4)).mapToObj(_ -> rule(first, egress)).toList();
    }

    private InBoth rule(boolean first, boolean egress) {
      String action = one(first ? List.of("Allow", "Deny", "Pass") : List.of("Allow", "Deny"));
      List<InBoth> ports =
          sometimes(2)
              ? List.of()
              : IntStream.range(0, 1 + random.nextInt(2)).mapToObj(_ -> port(egress)).toList();
      boolean blocks = egress && ports.stream().noneMatch(port -> port.older.contains("namedPort"));
      String peers =
          "\"%s\":[%s]"
              .formatted(
                  egress ? "to" : "from",
                  IntStream.range(0, 1 + random.nextInt(2))
                      .mapToObj(_ -> blocks && sometimes(3) ? networks() : selection())
                      .collect(Collectors.joining(",")));
      return new InBoth(
          rule(action, peers, "ports", ports.stream().map(InBoth::older).toList()),
          rule(
              action.equals("Allow") ? "Accept" : action,
              peers,
              "protocols",
              ports.stream().map(InBoth::newer).toList()));
    }

    private static String rule(String action, String peers, String field, List<String> ports) {
      String some = ports.isEmpty() ? "" : ",\"" + field + "\":[" + String.join(",", ports) + "]";
      return "{\"action\":\"" + action + "\"," + peers + some + "}";
    }

    private InBoth port(boolean egress) {
      String protocol = one(List.of("UDP", "TCP"));
      String field = protocol.toLowerCase(Locale.ROOT);
      if (egress && sometimes(4)) {
        String name = one(List.of(udp ? "dns" : "dns-tcp", "metrics"));
        return new InBoth(
            "{\"namedPort\":\"" + name + "\"}", "{\"destinationNamedPort\":\"" + name + "\"}");
      }
      if (sometimes(2)) {
        int number = one(List.of(52, 53, 53, 53, 54));
        return new InBoth(
            "{\"portNumber\":{\"protocol\":\"%s\",\"port\":%d}}".formatted(protocol, number),
            "{\"%s\":{\"destinationPort\":{\"number\":%d}}}".formatted(field, number));
      }
      int start = one(List.of(1, 52, 53, 54));
      int end = start + one(List.of(1, 51, 52));
      return new InBoth(
          "{\"portRange\":{\"protocol\":\"%s\",\"start\":%d,\"end\":%d}}"
              .formatted(protocol, start, end),
          "{\"%s\":{\"destinationPort\":{\"range\":{\"start\":%d,\"end\":%d}}}}"
              .formatted(field, start, end));
    }

    private String networks() {
      return "{\"networks\":[\""
          + one(List.of("0.0.0.0/0", "10.244.0.0/16", "10.244.0.10/32", "9.9.9.0/24", "8.0.0.0/8"))
          + "\"]}";
    }

    private String selection() {
      return sometimes(2)
          ? "{\"namespaces\":" + namespaces() + "}"
          : "{\"pods\":{\"namespaceSelector\":"
              + namespaces()
              + ",\"podSelector\":"
              + pods()
              + "}}";
    }

    private String namespaces() {
      return one(
          List.of(
              "{}",
              "{\"matchLabels\":{\"team\":\"a\"}}",
              "{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"kube-system\"}}",
              "{\"matchExpressions\":[{\"key\":\"team\",\"operator\":\"NotIn\",\"values\":[\"a\"]}]}",
              "{\"matchExpressions\":[{\"key\":\"env\",\"operator\":\"Exists\"}]}",
              "{\"matchExpressions\":[{\"key\":\"team\",\"operator\":\"DoesNotExist\"}]}"));
    }

    private String pods() {
      return one(
          List.of(
              "{}",
              "{\"matchLabels\":{\"app\":\"web\"}}",
              "{\"matchLabels\":{\"k8s-app\":\"kube-dns\"}}",
              "{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"In\","
                  + "\"values\":[\"web\",\"db\"]}]}",
              "{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"DoesNotExist\"}]}"));
    }

    /** The engine takes an empty list of rules for one that allows all; API servers have none. */
    private void addStandard(String name) {
      String types = one(List.of("\"Egress\"", "\"Ingress\"", "\"Egress\",\"Ingress\""));
      String peer = "{\"namespaceSelector\":" + namespaces() + ",\"podSelector\":" + pods() + "}";
      String egress =
          types.contains("Egress") && sometimes(2) ? ",\"egress\":[{\"to\":[" + peer + "]}]" : "";
      String ingress =
          types.contains("Ingress") && sometimes(2)
              ? ",\"ingress\":[{\"from\":[" + peer + "]}]"
              : "";
      String object =
          ("{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\"NetworkPolicy\","
                  + "\"metadata\":{\"namespace\":\"%s\",\"name\":\"%s\"},"
                  + "\"spec\":{\"podSelector\":%s,\"policyTypes\":[%s]%s%s}}")
              .formatted(one(List.of("shop", "kube-system")), name, pods(), types, egress, ingress);
      standard.add(object);
      objects.add(object);
    }

    Compared compared() {
      Pod source = one(List.of(OtherKindsCase.WEB, OtherKindsCase.DB, OtherKindsCase.TELLER));
      String to = one(List.of("kube-dns", "coredns", "resolver"));
      InetAddress target =
          to.equals("resolver")
              ? InetAddress.ofLiteral("9.9.9.9")
              : OtherKindsCase.COREDNS.addresses().getFirst();
      String json =
          ("{\"admin\":[%s],\"baseline\":[%s],\"standard\":[%s],"
                  + "\"source\":\"%s\",\"target\":\"%s\",\"protocol\":\"%s\",\"port\":53}")
              .formatted(
                  String.join(",", admin),
                  String.join(",", baseline),
                  String.join(",", standard),
                  Addresses.text(source.addresses().getFirst()),
                  Addresses.text(target),
                  udp ? "UDP" : "TCP");
      PolicySet policies =
          Written.policies(
              Written.documents(String.join("\n---\n", objects)), OtherKindsCase.NAMESPACES);
      return new Compared(
          json, objects, OtherKindsCase.verdict(policies, source, to, udp ? "UDP" : "TCP"));
    }
  }
}
