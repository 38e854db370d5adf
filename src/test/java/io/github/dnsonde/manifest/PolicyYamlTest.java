package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.testkit.Forbidden;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class PolicyYamlTest {

  private static final String EVERYTHING =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: all
        namespace: shop
      spec:
        podSelector:
          matchLabels:
            a: "true"
            b: "53"
          matchExpressions:
          - key: c
            operator: NotIn
            values:
            - d
            - e
          - key: f
            operator: Exists
        policyTypes:
        - Ingress
        - Egress
        ingress: []
        egress:
        - {}
        - to:
          - namespaceSelector: {}
          - podSelector: {}
          - ipBlock:
              cidr: 10.0.0.0/8
              except:
              - 10.1.0.0/16
          ports:
          - protocol: UDP
          - protocol: TCP
            port: 1000
            endPort: 2000
          - protocol: SCTP
            port: dns
      """;

  private static NetworkPolicy read(String yaml) {
    PolicySet set = PolicyReader.of(YamlFields.documents(yaml), Map.of());
    assertEquals(List.of(), set.invalid());
    return set.policies().getFirst();
  }

  @Test
  void allFieldsOfAPolicyAreWritten() {
    assertEquals(EVERYTHING, PolicyYaml.text(read(EVERYTHING)));
  }

  @Test
  void noNamespaceIsWrittenIfThereIsNone() {
    String yaml = EVERYTHING.replace("  namespace: shop\n", "");
    assertEquals(yaml, PolicyYaml.text(read(yaml)));
  }

  /** Texts that some reader takes for another type, and texts that break a line or a quote. */
  private static final List<String> NASTY =
      List.of(
          "y",
          "Y",
          "n",
          "N",
          "yes",
          "No",
          "on",
          "OFF",
          "true",
          "False",
          "null",
          "~",
          "",
          "=",
          "<<",
          "0",
          "7",
          "0o17",
          "0X1f",
          "0b1",
          "017",
          "08",
          "1_000",
          "12:30:45",
          "1:2",
          ".inf",
          "-.INF",
          ".nan",
          "1e3",
          "1.",
          ".5",
          "1.5",
          "+1",
          "-1",
          "2026-11-02",
          "2026-11-02T01:02:03Z",
          "-",
          "?",
          ":",
          "a: b",
          " a",
          "a ",
          "#",
          "a #b",
          "- a",
          "[a]",
          "{a}",
          "*a",
          "&a",
          "!a",
          "!!int",
          "|",
          ">",
          "%a",
          "@a",
          "`a`",
          "'",
          "\"",
          "\\",
          "\n",
          "\r\n",
          "\t",
          "\u0085",
          "\u2028",
          "\u202e",
          "\ufeff",
          "\u001b[2J",
          "\u0000",
          "é",
          "\ud83d\ude00",
          "---",
          "...",
          "a/b",
          "10.0.0.0/8",
          "::1/128",
          "fd00::/8",
          "e5",
          "x1",
          "a_b",
          "a.b",
          "a-b",
          "NaN",
          "Infinity",
          "__proto__",
          "${a}",
          "{{ a }}",
          "a".repeat(63),
          ("a".repeat(63) + ".").repeat(3) + "a/b");

  /** Escapes of YAML that snakeyaml-engine does not read back. */
  private static final Pattern NOT_IN_ENGINE = Pattern.compile("\\\\[LP]");

  private static Map<String, String> labels(Random random) {
    Map<String, String> labels = new TreeMap<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      labels.put(text(random), text(random));
    }
    return labels;
  }

  private static String text(Random random) {
    String one = NASTY.get(random.nextInt(NASTY.size()));
    return random.nextInt(3) > 0 ? one : one + NASTY.get(random.nextInt(NASTY.size()));
  }

  private static String yaml(Map<String, String> labels, Random random) {
    Requirement requirement =
        new Requirement(text(random), Operator.IN, Set.copyOf(labels.values()));
    return PolicyYaml.text(
        new NetworkPolicy(
            text(random),
            text(random),
            new LabelSelector(labels, List.of(requirement)),
            Optional.empty(),
            Optional.of(List.of()),
            Origin.NONE));
  }

  /**
   * The readers are the most suspicious one, go-yaml's rules, and YAML 1.2 (snakeyaml-engine,
   * Jackson).
   */
  @Test
  void everyReaderReadsAnyLabelsAsTexts() {
    Random random = new Random(13);
    YAMLMapper jackson = new YAMLMapper();
    for (int i = 0; i < 2_000; i++) {
      Map<String, String> labels = labels(random);
      String yaml = yaml(labels, random);
      assertEquals(
          Optional.of(labels), YamlReaders.texts(yaml, "spec", "podSelector", "matchLabels"), yaml);
      YamlFields selector =
          YamlFields.documents(yaml).getFirst().object("spec").object("podSelector");
      assertEquals(labels, selector.map("matchLabels"), yaml);
      if (!NOT_IN_ENGINE.matcher(yaml).find()) {
        Map<String, String> read = new TreeMap<>();
        JsonNode node = jackson.readTree(yaml).at("/spec/podSelector/matchLabels");
        node.properties().forEach(each -> read.put(each.getKey(), each.getValue().stringValue()));
        assertEquals(labels, read, yaml);
      }
      Forbidden.check(SafeText.lines(yaml), () -> yaml);
      assertEquals(
          Optional.of(labels),
          YamlReaders.texts(SafeText.lines(yaml), "spec", "podSelector", "matchLabels"),
          () -> "as it is printed: " + yaml);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y",
        "N",
        "0o17",
        "0X1f",
        "1_000",
        "12:30:45",
        ".inf",
        "~",
        "2026-11-02",
        "=",
        "<<"
      })
  void aLabelThatSomeReaderMistakesIsQuoted(String text) {
    NetworkPolicy policy = read(EVERYTHING);
    String yaml =
        PolicyYaml.text(
            new NetworkPolicy(
                "shop",
                "a",
                LabelSelector.of(Map.of(text, text)),
                policy.ingress(),
                policy.egress(),
                Origin.NONE));
    assertTrue(yaml.contains("      \"" + text + "\": \"" + text + "\"\n"), yaml);
  }
}
