package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * NetworkPolicies as an API server checks them: Kubernetes, {@code pkg/apis/networking/validation};
 * apimachinery, {@code apis/meta/v1/validation}, {@code api/validation} and {@code
 * util/validation}; the JSON types that fit Go's types; sigs.k8s.io/yaml.
 */
class PolicyReviewTest {

  private static PolicyReview review(String metadata, String spec) {
    return PolicyReview.of(
        YamlFields.documents(
                "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: "
                    + metadata
                    + ", spec: "
                    + spec
                    + "}")
            .getFirst());
  }

  private static PolicyReview review(String spec) {
    return review("{name: a}", spec);
  }

  private static List<String> paths(PolicyReview review) {
    return review.flaws().stream().map(Flaw::path).distinct().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{podSelector: null, policyTypes: null, ingress: null, egress: null}",
        "{podSelector: {}, policyTypes: [], ingress: [], egress: []}",
        "{podSelector: {matchLabels: null, matchExpressions: null}}",
        "{podSelector: {matchLabels: {a: '', B_.-c: X_.-1, example.com/a: b, '1': '2'}}}",
        "{podSelector: {matchExpressions: [{key: a, operator: In, values: ['', b, b]}]}}",
        "{podSelector: {matchLabels: {app: '${APP}'}}}",
        "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: null}]}}",
        "{podSelector: {matchExpressions: [{key: a, operator: DoesNotExist, values: []}]}}",
        "{policyTypes: [Egress, Egress]}",
        "{egress: [{}]}",
        "{egress: [{to: null, ports: null}, {to: [], ports: []}]}",
        "{egress: [{ports: [{}, {port: null, protocol: null, endPort: null}]}]}",
        "{egress: [{ports: [{port: 1}, {port: 65535}, {port: 1, endPort: 65535}]}]}",
        "{egress: [{ports: [{port: 53, endPort: 53}]}]}",
        "{egress: [{ports: [{port: 0x35}, {port: 0o65}, {port: 065}, {port: 5_3}, {port: 53.0}]}]}",
        "{egress: [{ports: [{port: dns}, {port: a-1}, {port: 123456789012-a5}]}]}",
        "{egress: [{ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]}]}",
        "{egress: [{to: [{podSelector: {}}, {namespaceSelector: {}}]}]}",
        "{egress: [{to: [{podSelector: {}, namespaceSelector: {}, ipBlock: null}]}]}",
        "{egress: [{to: [{podSelector: null, namespaceSelector: {}}]}]}",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: '::/0'}}]}]}",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: null}}]}]}",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.1.0.0/16]}}]}]}",
        "{fromTomorrow: {a: [1, 2]}, egress: [{until: 12}]}"
      })
  void isAccepted(String spec) {
    assertEquals(new PolicyReview(List.of(), List.of()), review(spec));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                | spec",
        "text                              | spec",
        "{podSelector: []}                 | spec.podSelector",
        "{podSelector: ''}                 | spec.podSelector",
        "{podSelector: app}                | spec.podSelector",
        "{podSelector: 1}                  | spec.podSelector",
        "{podSelector: true}               | spec.podSelector",
        "{podSelector: 99999999999999}     | spec.podSelector",
        "{podSelector: {matchLabels: []}}  | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: ''}}  | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: [b]}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: {b: c}}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: true}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: y}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: No}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: 1}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: 1.5}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: 1e3}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: 0o17}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: 0X1f}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: 1_000}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: .inf}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: ' b'}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: b/c}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: -b}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: b.}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a: ä}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {\"a\": \"b\\n\"}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {'': a}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {/a: b}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a/: b}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a/b/c: d}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {Example.com/a: b}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {example..com/a: b}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {a b: c}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchLabels: {_a: c}}} | spec.podSelector.matchLabels",
        "{podSelector: {matchExpressions: {}}} | spec.podSelector.matchExpressions",
        "{podSelector: {matchExpressions: [a]}} | spec.podSelector.matchExpressions",
        "{podSelector: {matchExpressions: [{operator: Exists}]}}"
            + " | spec.podSelector.matchExpressions[0].key",
        "{podSelector: {matchExpressions: [{key: y, operator: Exists}]}}"
            + " | spec.podSelector.matchExpressions[0].key",
        "{podSelector: {matchExpressions: [{key: a}]}}"
            + " | spec.podSelector.matchExpressions[0].operator",
        "{podSelector: {matchExpressions: [{key: a, operator: Gt, values: ['1']}]}}"
            + " | spec.podSelector.matchExpressions[0].operator",
        "{podSelector: {matchExpressions: [{key: a, operator: exists}]}}"
            + " | spec.podSelector.matchExpressions[0].operator",
        "{podSelector: {matchExpressions: [{key: a, operator: In}]}}"
            + " | spec.podSelector.matchExpressions[0].values",
        "{podSelector: {matchExpressions: [{key: a, operator: NotIn, values: []}]}}"
            + " | spec.podSelector.matchExpressions[0].values",
        "{podSelector: {matchExpressions: [{key: a, operator: In, values: b}]}}"
            + " | spec.podSelector.matchExpressions[0].values",
        "{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, 1]}]}}"
            + " | spec.podSelector.matchExpressions[0].values",
        "{podSelector: {matchExpressions: [{key: a, operator: In, values: [b, 'c d']}]}}"
            + " | spec.podSelector.matchExpressions[0].values[1]",
        "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}"
            + " | spec.podSelector.matchExpressions[0].values",
        "{policyTypes: Egress}             | spec.policyTypes",
        "{policyTypes: {}}                 | spec.policyTypes",
        "{policyTypes: [egress]}           | spec.policyTypes[0]",
        "{policyTypes: ['']}               | spec.policyTypes[0]",
        "{policyTypes: [Ingress, Egress, Egress]} | spec.policyTypes",
        "{egress: {}}                      | spec.egress",
        "{egress: all}                     | spec.egress",
        "{egress: [all]}                   | spec.egress",
        "{egress: [[]]}                    | spec.egress",
        "{ingress: [{}, 1]}                | spec.ingress",
        "{egress: [{to: {}}]}              | spec.egress[0].to",
        "{egress: [{to: [all]}]}           | spec.egress[0].to",
        "{egress: [{to: [{}]}]}            | spec.egress[0].to[0]",
        "{ingress: [{from: [{podSelector: null}]}]} | spec.ingress[0].from[0]",
        "{egress: [{to: [{podSelector: []}]}]} | spec.egress[0].to[0].podSelector",
        "{egress: [{to: [{namespaceSelector: ''}]}]} | spec.egress[0].to[0].namespaceSelector",
        "{egress: [{to: [{namespaceSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}"
            + " | spec.egress[0].to[0]",
        "{egress: [{to: [{ipBlock: []}]}]} | spec.egress[0].to[0].ipBlock;"
            + "spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {}}]}]} | spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {cidr: null}}]}]} | spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {cidr: 10.96.0/16}}]}]} | spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {cidr: 8.8.8}}]}]} | spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/+8}}]}]} | spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {cidr: 'fe80::%eth0/64'}}]}]}"
            + " | spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: 10.1.0.0/16}}]}]}"
            + " | spec.egress[0].to[0].ipBlock.except",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: ['']}}]}]}"
            + " | spec.egress[0].to[0].ipBlock.except[0]",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]}"
            + " | spec.egress[0].to[0].ipBlock.except[0]",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: ['fd00::/16']}}]}]}"
            + " | spec.egress[0].to[0].ipBlock.except[0]",
        "{egress: [{to: [{ipBlock: {cidr: '::/0', except: [10.0.0.0/8]}}]}]}"
            + " | spec.egress[0].to[0].ipBlock.except[0]",
        "{egress: [{ports: {}}]}           | spec.egress[0].ports",
        "{egress: [{ports: [53]}]}         | spec.egress[0].ports",
        "{egress: [{ports: [{port: 0}]}]}  | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: -1}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: 65536}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: 99999999999}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: 53.5}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: y}]}]}  | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: [53]}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: ''}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: '53'}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: DNS}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: a--b}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: a-}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{port: a123456789012345}]}]} | spec.egress[0].ports[0].port",
        "{egress: [{ports: [{protocol: udp}]}]} | spec.egress[0].ports[0].protocol",
        "{egress: [{ports: [{protocol: ''}]}]} | spec.egress[0].ports[0].protocol",
        "{egress: [{ports: [{protocol: [UDP]}]}]} | spec.egress[0].ports[0].protocol",
        "{egress: [{ports: [{endPort: 53}]}]} | spec.egress[0].ports[0].endPort",
        "{egress: [{ports: [{port: dns, endPort: 53}]}]} | spec.egress[0].ports[0].endPort",
        "{egress: [{ports: [{port: 54, endPort: 53}]}]} | spec.egress[0].ports[0].endPort",
        "{egress: [{ports: [{port: 53, endPort: '54'}]}]} | spec.egress[0].ports[0].endPort",
        "{egress: [{ports: [{port: 53, endPort: 65536}]}]} | spec.egress[0].ports[0].endPort"
      })
  void isRefused(String spec, String paths) {
    assertEquals(List.of(paths.split(";")), paths(review(spec)));
  }

  /** A value of 64 characters, and a prefix of 254. */
  @Test
  void labelsHaveALength() {
    String name = "a".repeat(63);
    String prefix = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
    String both = "{podSelector: {matchLabels: {%s/%s: %s}}}";
    assertEquals(List.of(), paths(review(both.formatted(prefix, name, name))));
    assertEquals(3, review(both.formatted(prefix + "a", name + "a", name + "a")).flaws().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{name: a.b-1, namespace: shop}    |",
        "{generateName: a-}                |",
        "{name: a, labels: {a: b}, annotations: {Example.com/A: 'what ever'}} |",
        "{name: 'a-${ENV}', namespace: '<namespace>', labels: {a: '{{ .b }}'}} |",
        "null                              | metadata.name",
        "[]                                | metadata;metadata.name",
        "{}                                | metadata.name",
        "{name: ''}                        | metadata.name",
        "{name: 1}                         | metadata.name",
        "{name: Web}                       | metadata.name",
        "{name: a_b}                       | metadata.name",
        "{name: a.-b}                      | metadata.name",
        "{generateName: a_}                | metadata.generateName",
        "{name: a, namespace: a.b}         | metadata.namespace",
        "{name: a, namespace: [b]}         | metadata.namespace",
        "{name: a, labels: [b]}            | metadata.labels",
        "{name: a, labels: {a: 1}}         | metadata.labels",
        "{name: a, labels: {a: b c}}       | metadata.labels",
        "{name: a, annotations: {a b: c}}  | metadata.annotations",
        "{name: a, annotations: {a: yes}}  | metadata.annotations"
      })
  void metadataIsAlsoChecked(String metadata, String paths) {
    assertEquals(
        paths == null ? List.of() : List.of(paths.split(";")), paths(review(metadata, "{}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"networking.k8s.io/v1beta1", "networking.k8s.io/v2", "extensions/v1beta1"})
  void isServedInOneVersion(String version) {
    String yaml = "{apiVersion: " + version + ", kind: NetworkPolicy, metadata: {name: a}}";
    assertEquals(
        List.of("apiVersion"),
        PolicyReader.of(YamlFields.documents(yaml), Map.of()).invalid().stream()
            .flatMap(each -> each.flaws().stream())
            .map(Flaw::path)
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{egress: [null]}                  | EMPTY_ITEM | spec.egress[0]",
        "{ingress: [{}, ~]}                | EMPTY_ITEM | spec.ingress[1]",
        "{egress: [{ports: [null]}]}       | EMPTY_ITEM | spec.egress[0].ports[0]",
        "{podSelector: {matchLabels: {a: }}} | EMPTY_ITEM | spec.podSelector.matchLabels",
        "{podSelector: {matchExpressions: [{key: a, operator: In, values: [null]}]}}"
            + " | EMPTY_ITEM | spec.podSelector.matchExpressions[0].values[0]",
        "{egress: [{to: [{ipBlock: {cidr: 010.0.0.0/8}}]}]}"
            + " | NONSTANDARD_CIDR | spec.egress[0].to[0].ipBlock.cidr",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.2.3/16]}}]}]}"
            + " | NONSTANDARD_CIDR | spec.egress[0].to[0].ipBlock.except[0]",
        "{egress: [{to: [{ipBlock: {cidr: '::ffff:10.96.0.10/112'}}]}]}"
            + " | NONSTANDARD_CIDR | spec.egress[0].to[0].ipBlock.cidr"
      })
  void isAcceptedButSurprising(String spec, Surprise.Kind kind, String path) {
    PolicyReview review = review(spec);
    assertAll(
        () -> assertEquals(List.of(), review.flaws()),
        () -> assertEquals(List.of(kind), review.surprises().stream().map(Surprise::kind).toList()),
        () -> assertEquals(path, review.surprises().getFirst().path()));
  }

  /** To a program in Go, a null is the empty element; some of those are rejected. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{egress: [{to: [null]}]}          | spec.egress[0].to[0]",
        "{policyTypes: [null]}             | spec.policyTypes[0]",
        "{podSelector: {matchExpressions: [null]}}"
            + " | spec.podSelector.matchExpressions[0].key;"
            + "spec.podSelector.matchExpressions[0].operator",
        "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [null]}}]}]}"
            + " | spec.egress[0].to[0].ipBlock.except[0]"
      })
  void anEmptyDashThatIsRejected(String spec, String paths) {
    assertEquals(List.of(paths.split(";")), paths(review(spec)));
  }

  @Test
  void emptyItemsAreReadAsTheServerReadsThem() {
    NetworkPolicy policy =
        NetworkPolicies.read(
            YamlFields.documents(
                    """
                    metadata: {name: a}
                    spec:
                      podSelector: {matchLabels: {app: }}
                      egress:
                      -
                      - ports:
                        -
                    """)
                .getFirst());
    Port tcp = new Port(Protocol.TCP, Optional.empty(), OptionalInt.empty());
    assertAll(
        () -> assertEquals(LabelSelector.of(Map.of("app", "")), policy.selects()),
        () ->
            assertEquals(
                Optional.of(
                    List.of(new Rule(List.of(), List.of()), new Rule(List.of(), List.of(tcp)))),
                policy.egress()));
  }

  /** If a key occurs twice, the last one counts, as in kubectl. */
  @Test
  void theLastOfTwoKeysCounts() {
    PolicyReview review = review("{policyTypes: [egress], policyTypes: [Egress]}");
    assertEquals(List.of(), review.flaws());
  }

  /** It is not known which pods it selects: perhaps every pod. */
  @Test
  void aFlawedSelectorMaySelectAnything() {
    for (String spec :
        List.of(
            "[]",
            "{podSelector: []}",
            "{podSelector: {matchLabels: {app: y}}}",
            "{podSelector: {matchLabels: {app: 'my app'}}}",
            "{policyTypes: [egress], podSelector: {matchLabels: 1}}")) {
      InvalidPolicy invalid =
          PolicyReader.of(
                  YamlFields.documents(
                      "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a},"
                          + " spec: "
                          + spec
                          + "}"),
                  Map.of())
              .invalid()
              .getFirst();
      assertEquals(Optional.empty(), invalid.selects(), spec);
      if (spec.equals("[]") || spec.contains("egress")) {
        assertEquals(Set.of(Direction.INGRESS, Direction.EGRESS), invalid.directions(), spec);
      }
    }
  }

  /** A policy from before a server checked labels is still evaluated. */
  @Test
  void storedPoliciesMayHaveLabelsThatNoObjectHas() {
    Fields policy =
        YamlFields.documents(
                "{metadata: {name: a}, spec: {podSelector: {matchLabels: {app: 'my app'}}}}")
            .getFirst();
    assertAll(
        () -> assertEquals(Optional.empty(), PolicyReader.unreadable(policy)),
        () ->
            assertEquals(
                LabelSelector.of(Map.of("app", "my app")), NetworkPolicies.read(policy).selects()));
  }

  @Test
  void aHostileManifestHasALimitedNumberOfFlaws() {
    String ports = "{port: 0}, ".repeat(5_000);
    PolicyReview review =
        review(
            "{podSelector: {matchLabels: {a: '"
                + "x".repeat(100_000)
                + "'}}, egress: [{ports: ["
                + ports
                + "]}]}");
    assertAll(
        () -> assertEquals(100, review.flaws().size()),
        () -> assertEquals(true, review.flaws().getFirst().says().length() < 500));
  }
}
