package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Validates suggested policies of network-policy-api's kinds by the published custom resource
 * definitions, which its Go module holds. Policies with networks need the experimental v1alpha1.
 */
@Tag("long")
class AdminSchemaTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  /** Returns the folder of the module's definitions, in the version that a Go module needs. */
  private static Path definitions(String module) throws IOException {
    Optional<Path> go = Programs.find("go");
    assumeTrue(go.isPresent(), "go is not installed (Debian package golang)");
    String source = "src/test/go/" + module;
    Commands.run(go.get().toString(), "-C", source, "mod", "download");
    String folder =
        Commands.run(
            go.get().toString(),
            "-C",
            source,
            "list",
            "-m",
            "-f",
            "{{.Dir}}",
            "sigs.k8s.io/network-policy-api");
    return Path.of(folder.strip(), "config", "crd");
  }

  private static JsonNode schema(PolicyKind kind, boolean experimental) throws IOException {
    Path file =
        definitions(kind.hasTiers() ? "cilium" : "adminpolicies")
            .resolve(experimental ? "experimental" : "standard")
            .resolve(kind.group() + "_" + kind.plural() + ".yaml");
    return YAML.readTree(Files.readString(file))
        .path("spec")
        .path("versions")
        .path(0)
        .path("schema")
        .path("openAPIV3Schema");
  }

  /** Suggested policies of the cases that administrators' policies deny. */
  private static List<ForeignPolicy> suggested() throws IOException {
    List<ForeignPolicy> all = new ArrayList<>();
    for (OtherKindsCase each : OtherKindsCase.inResource("admin-cases.yaml")) {
      for (String server : List.of("kube-dns", "cache", "resolver")) {
        SuggestedPolicy fix =
            SuggestedPolicy.of(
                new PolicyEvaluator(each.policies()),
                each.from(),
                List.of(OtherKindsCase.destination(server)));
        for (PolicyObject policy : fix.policies()) {
          if (policy instanceof ForeignPolicy other && other.kind().isForAdministrators()) {
            all.add(other);
          }
        }
      }
    }
    return all;
  }

  @Test
  void eachIsValid() throws IOException {
    List<ForeignPolicy> all = suggested();
    List<String> faults = new ArrayList<>();
    int standard = 0;
    for (ForeignPolicy policy : all) {
      String yaml = Written.yaml(policy);
      boolean experimental = yaml.contains("# It needs the experimental channel");
      standard += experimental ? 0 : 1;
      faults("", YAML.readTree(yaml), schema(policy.kind(), experimental))
          .map(fault -> fault + " in:\n" + yaml)
          .forEach(faults::add);
    }
    assertEquals(List.of(), faults.stream().limit(3).toList());
    assertTrue(standard >= 10 && all.size() > standard, standard + " of " + all.size());
  }

  /** The standard v1alpha1 has no networks, so an API server drops them. */
  @Test
  void networksAreInvalidInTheStandardChannel() throws IOException {
    ForeignPolicy withNetworks =
        suggested().stream()
            .filter(policy -> Written.yaml(policy).contains("# It needs the experimental channel"))
            .findFirst()
            .orElseThrow();
    List<String> faults =
        faults("", YAML.readTree(Written.yaml(withNetworks)), schema(withNetworks.kind(), false))
            .toList();
    assertTrue(faults.contains(".spec.egress[].to[].networks is unknown"), faults::toString);
  }

  /** Returns what a schema does not allow, as far as it limits fields, sizes, words and numbers. */
  private static Stream<String> faults(String path, JsonNode value, JsonNode schema) {
    if (value.isArray()) {
      return Stream.concat(
          size(path, value.size(), schema, "Items"),
          value.valueStream().flatMap(item -> faults(path + "[]", item, schema.path("items"))));
    }
    if (value.isObject()) {
      return schema.has("properties")
          ? Stream.of(
                  size(path, value.size(), schema, "Properties"),
                  missing(path, value, schema),
                  value.propertyStream().flatMap(each -> field(path, each.getKey(), value, schema)))
              .flatMap(faults -> faults)
          : Stream.of();
    }
    boolean words =
        schema.has("enum")
            && schema.path("enum").valueStream().noneMatch(word -> word.equals(value));
    boolean tooLarge = schema.has("maximum") && value.asInt() > schema.path("maximum").asInt();
    return words || tooLarge ? Stream.of(path + " is " + value) : Stream.of();
  }

  private static Stream<String> field(String path, String name, JsonNode value, JsonNode schema) {
    JsonNode field = schema.path("properties").path(name);
    return field.isMissingNode()
        ? Stream.of(path + "." + name + " is unknown")
        : faults(path + "." + name, value.path(name), field);
  }

  private static Stream<String> missing(String path, JsonNode value, JsonNode schema) {
    TreeSet<String> required = new TreeSet<>();
    schema.path("required").forEach(name -> required.add(name.asString()));
    return required.stream().filter(name -> !value.has(name)).map(name -> path + " has no " + name);
  }

  private static Stream<String> size(String path, int size, JsonNode schema, String of) {
    boolean fits =
        size >= schema.path("min" + of).asInt(0)
            && size <= schema.path("max" + of).asInt(Integer.MAX_VALUE);
    return fits ? Stream.of() : Stream.of(path + " has " + size + " " + of);
  }
}
