package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.policy.NetpolCase;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Reads Cilium's policies from the API server, as they are read from files. */
class CiliumTranslationTest {

  private static final Gson GSON = new Gson();

  /** Every policy in the cases of the evaluator. */
  private static List<JsonObject> policies() throws IOException {
    return NetpolCase.written("cilium-cases.yaml").stream()
        .flatMap(known -> known.getAsJsonArray("policies").asList().stream())
        .map(JsonElement::getAsJsonObject)
        .filter(policy -> policy.get("kind").getAsString().startsWith("Cilium"))
        .distinct()
        .toList();
  }

  private static ForeignPolicy live(JsonObject policy) {
    String kind = policy.get("kind").getAsString();
    return Streamed.read(
        new ForeignTranslation(
            new PolicyKind(PolicyKind.CILIUM, kind, kind.equals("CiliumNetworkPolicy"))),
        GSON.toJson(policy));
  }

  private static ForeignPolicy written(JsonObject policy) {
    return Written.policies(Written.documents(GSON.toJson(policy)), Map.of()).foreign().getFirst();
  }

  @Test
  void theyAreReadAsFromFiles() throws IOException {
    List<JsonObject> all = policies();
    assertTrue(all.size() > 60, () -> all.size() + " policies");
    for (JsonObject policy : all) {
      assertEquals(written(policy), live(policy), policy::toString);
    }
    assertTrue(
        all.stream().filter(policy -> !written(policy).isUnjudged()).count() > 60,
        "most of them are judged");
  }

  /** A field that the mask leaves out would change the meaning of a rule. */
  @Test
  void everyFieldOfARuleIsRead() {
    for (String field :
        Stream.of(
                "toEndpoints: [{}]",
                "toRequires: [{}]",
                "toEntities: [all]",
                "toCIDR: [10.0.0.0/8]",
                "toCIDRSet: [{cidrGroupRef: x}]",
                "toServices: [{k8sService: {serviceName: x}}]",
                "toGroups: [{aws: {region: x}}]",
                "toNodes: [{}]",
                "toFQDNs: [{matchName: x}]",
                "icmps: [{fields: [{type: 8}]}]",
                "toPorts: [{ports: [{port: '53'}]}]",
                "authentication: {mode: required}")
            .toList()) {
      JsonObject policy =
          GSON.toJsonTree(
                  new Yaml()
                      .<Object>load(
                          """
                          apiVersion: cilium.io/v2
                          kind: CiliumNetworkPolicy
                          metadata: {name: p, namespace: shop}
                          spec: {endpointSelector: {}, egress: [{%s}]}
                          """
                              .formatted(field)))
              .getAsJsonObject();
      JsonObject without = policy.deepCopy();
      String name = field.substring(0, field.indexOf(':'));
      without
          .getAsJsonObject("spec")
          .getAsJsonArray("egress")
          .get(0)
          .getAsJsonObject()
          .remove(name);
      assertEquals(written(policy), live(policy), field);
      assertEquals(2, Set.of(written(policy).rules(), written(without).rules()).size(), field);
    }
  }
}
