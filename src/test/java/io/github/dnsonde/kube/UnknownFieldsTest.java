package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.gson.Gson;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.manifest.Written;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** Fields of policies of other kinds that are not known here, as an agent reads them. */
class UnknownFieldsTest {

  private static final String CALICO =
      "apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: p},"
          + " spec: {types: [Egress], egress: [{action: Deny, destination: {nets: [10.0.0.0/8] E}"
          + " R}] S}";
  private static final String CILIUM =
      "apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: p},"
          + " spec: {endpointSelector: {}, egress: [{toCIDR: [10.0.0.0/8],"
          + " toPorts: [{ports: [{port: '53' P}] E}] R}] S}";
  private static final String ADMIN =
      "apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy,"
          + " metadata: {name: p}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}},"
          + " egress: [{name: n, action: Deny, to: [{namespaces: {} E}], protocols:"
          + " [{tcp: {destinationPort: {number: 53 N} T} P}] R}] S}";

  private static Map<String, Object> object(String text, String place) {
    return new Yaml()
        .load(
            "{"
                + text.replaceAll(" " + place + "(?=[\\]}])", ", future: {x: 1}")
                    .replaceAll(" [A-Z](?=[\\]}])", "")
                + "}");
  }

  private static ForeignPolicy live(Map<String, Object> object) {
    String version = String.valueOf(object.get("apiVersion"));
    return Streamed.read(
        new ForeignTranslation(
            new PolicyKind(
                version.substring(0, version.indexOf('/')),
                String.valueOf(object.get("kind")),
                false)),
        new Gson().toJson(object));
  }

  @ParameterizedTest
  @CsvSource({
    "calico,E",
    "calico,R",
    "calico,S",
    "cilium,P",
    "cilium,E",
    "cilium,R",
    "cilium,S",
    "admin,E",
    "admin,N",
    "admin,T",
    "admin,P",
    "admin,R",
    "admin,S"
  })
  void theyAreSeenAsInFiles(String kind, String place) {
    String text = Map.of("calico", CALICO, "cilium", CILIUM, "admin", ADMIN).getOrDefault(kind, "");
    Map<String, Object> with = object(text, place);
    ForeignPolicy without = live(object(text, "none"));
    assertFalse(without.isUnjudged());
    assertNotEquals(without.rules(), live(with).rules(), with::toString);
    assertEquals(
        Written.policies(Written.documents(new Gson().toJson(with)), Map.of())
            .foreign()
            .getFirst()
            .rules(),
        live(with).rules());
  }
}
