package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long texts that a tenant writes into a policy of another kind count in its weight. */
class LongTextsTest {

  private static final String TEXT = "a".repeat(4_000);

  private static final PolicyKind CILIUM = new PolicyKind("cilium.io", "CiliumNetworkPolicy", true);

  private static final String SERVICES =
      "endpointSelector: {}, egress: [{toServices: [{k8sService: {serviceName: TEXT}}]}]";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cilium.io CiliumNetworkPolicy " + SERVICES,
        "cilium.io CiliumNetworkPolicy endpointSelector: {}, egress: [{toServices:"
            + " [{k8sServiceSelector: {namespace: TEXT}}]}]",
        "projectcalico.org NetworkPolicy tier: TEXT, egress: [{action: Deny}]",
        "projectcalico.org NetworkPolicy selector: \"has(TEXT)\"",
        "projectcalico.org NetworkPolicy selector: \"TEXT == 'a'\"",
        "projectcalico.org NetworkPolicy selector: \"TEXT contains 'a'\"",
        "projectcalico.org NetworkPolicy egress: [{action: Allow, destination: {services:"
            + " {name: TEXT, namespace: a}}}]",
        "projectcalico.org NetworkPolicy egress: [{action: Allow, protocol: TCP, destination:"
            + " {ports: [TEXT]}}]",
        "policy.networking.k8s.io AdminNetworkPolicy priority: 1, subject: {namespaces: {}},"
            + " egress: [{action: Deny, to: [{namespaces: {}}], ports: [{namedPort: TEXT}]}]",
        "policy.networking.k8s.io ClusterNetworkPolicy priority: 1, tier: Admin, subject:"
            + " {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}], protocols:"
            + " [{destinationNamedPort: TEXT}]}]"
      })
  void theyAreCountedOrNotKept(String object) {
    String[] parts = object.split(" ", 3);
    ForeignPolicy policy = read(new PolicyKind(parts[0], parts[1], true), parts[2]);
    long weight = Weights.of(policy);
    boolean kept = policy.rules().toString().contains(TEXT);
    assertTrue(!kept || weight >= TEXT.length(), () -> weight + ": " + policy.rules());
  }

  @Test
  void partsWithThemAreNotShared() {
    ForeignTranslation translation = new ForeignTranslation(CILIUM);
    CiliumRules.Traffic first = rule(translation);
    CiliumRules.Traffic second = rule(translation);
    assertEquals(first, second);
    assertNotSame(first, second);
  }

  private static CiliumRules.Traffic rule(ForeignTranslation translation) {
    return read(translation, SERVICES)
        .rules()
        .map(CiliumRules.class::cast)
        .orElseThrow()
        .specs()
        .getFirst()
        .egress()
        .allowed()
        .getFirst();
  }

  /** Names of ports in Calico may start with a digit. */
  @ParameterizedTest
  @CsvSource({
    "dns, true", "DNS_over.tcp-1, true", "53-tcp, true", "53, true", "'53:54', true",
    "'53:', false", "'a:b', false", "'', false", "dns!, false", "TEXT, false"
  })
  void aNameOfAPortIsOne(String port, boolean valid) {
    ForeignPolicy policy =
        read(
            new PolicyKind("projectcalico.org", "NetworkPolicy", true),
            "egress: [{action: Allow, protocol: TCP, destination: {ports: ['" + port + "']}}]");
    assertEquals(valid, policy.rules().isPresent(), () -> policy.rules().toString());
  }

  @Test
  void aPortThatIsNoNameOfOneMayBeAnyToAnAdministratorsPolicy() {
    ForeignPolicy policy =
        read(
            new PolicyKind("policy.networking.k8s.io", "AdminNetworkPolicy", false),
            "priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces:"
                + " {}}], ports: [{namedPort: TEXT}]}]");
    assertFalse(policy.isUnjudged());
    assertTrue(policy.rules().toString().contains("Other[]"), () -> policy.rules().toString());
  }

  private static ForeignPolicy read(PolicyKind kind, String spec) {
    return read(new ForeignTranslation(kind), spec);
  }

  private static ForeignPolicy read(ForeignTranslation translation, String spec) {
    String lenient = "{metadata: {name: a, namespace: b}, spec: {" + spec + "}}";
    return Streamed.read(
        translation, JsonParser.parseString(lenient.replace("TEXT", TEXT)).toString());
  }
}
