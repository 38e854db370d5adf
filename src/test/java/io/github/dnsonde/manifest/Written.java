package io.github.dnsonde.manifest;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.cluster.PolicySet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Objects in files, for tests of other packages. */
public final class Written {

  private Written() {}

  /** Returns the documents of a YAML text. */
  public static List<? extends Fields> documents(String yaml) {
    return YamlFields.documents(yaml);
  }

  /** Returns the documents of a YAML file next to a class. */
  public static List<? extends Fields> documents(Class<?> beside, String name) throws IOException {
    return documents(text(beside, name));
  }

  /** Returns the text of a file next to a class. */
  public static String text(Class<?> beside, String name) throws IOException {
    try (InputStream content = beside.getResourceAsStream(name)) {
      if (content == null) {
        throw new IOException("no resource " + name);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Returns a NetworkPolicy as a manifest.
   *
   * @param name its namespace and name, such as {@code shop/deny}
   * @param spec as YAML in one line, as are its annotations
   */
  public static Fields networkPolicy(String name, String spec, String annotations) {
    String[] halves = name.split("/", 2);
    return documents(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {namespace: %s, name: %s, annotations: %s}
            spec: %s
            """
                .formatted(halves[0], halves[1], annotations, spec))
        .getFirst();
  }

  /**
   * Returns a policy of another kind.
   *
   * @param kind its version and kind, such as {@code projectcalico.org/v3 NetworkPolicy}
   * @param metadata as YAML in one line, as is its spec
   */
  public static ForeignPolicy foreign(String kind, String metadata, String spec) {
    String yaml =
        "apiVersion: %s\nmetadata: %s\nspec: %s\n"
            .formatted(kind.replace(" ", "\nkind: "), metadata, spec);
    return policies(documents(yaml), Map.of()).foreign().getFirst();
  }

  /** Returns the labels of namespaces by their names, each with that of its name. */
  public static Map<String, Labels> namespaces(Fields namespaces) {
    return namespaces.names().stream()
        .collect(toMap(name -> name, name -> new Labels(namespaces.map(name)).ofNamespace(name)));
  }

  /** Returns the kind of policy with this word for it. */
  public static PolicyKind kind(String word) {
    return PolicyKind.KNOWN.stream()
        .filter(known -> known.kind().equals(word))
        .findFirst()
        .orElseThrow();
  }

  /** Returns a policy as YAML. */
  public static String yaml(PolicyObject policy) {
    return PolicyYaml.text(policy);
  }

  /** Returns the policies among objects. */
  public static PolicySet policies(List<? extends Fields> objects, Map<String, Labels> namespaces) {
    return PolicyReader.of(objects, namespaces);
  }
}
