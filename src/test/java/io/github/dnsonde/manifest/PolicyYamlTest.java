package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicySet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
            a: 'true'
            b: '53'
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
    PolicySet set = Policies.of(YamlFields.documents(yaml), Map.of());
    assertEquals(List.of(), set.invalid());
    return set.policies().getFirst();
  }

  @Test
  void allThatAPolicyMaySayIsWritten() {
    assertEquals(EVERYTHING, PolicyYaml.text(read(EVERYTHING)));
  }

  @Test
  void noNamespaceIsNone() {
    String yaml = EVERYTHING.replace("  namespace: shop\n", "");
    assertEquals(yaml, PolicyYaml.text(read(yaml)));
  }
}
