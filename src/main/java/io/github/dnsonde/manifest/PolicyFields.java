package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.yaml.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields that a NetworkPolicy can have (Kubernetes API reference, NetworkPolicy v1). kubectl
 * and Helm reject others. Other tools silently drop them, and the rest of the policy then has
 * another meaning.
 */
final class PolicyFields {

  /** A value without fields of its own, or with arbitrary ones. */
  private static final Level OPEN = new Level(Map.of());

  private static final Level EXPRESSION = level("key", "operator", "values");

  private static final Level SELECTOR = level("matchLabels").with("matchExpressions", EXPRESSION);

  private static final Level PEER =
      new Level(Map.of())
          .with("podSelector", SELECTOR)
          .with("namespaceSelector", SELECTOR)
          .with("ipBlock", level("cidr", "except"));

  private static final Level PORT = level("protocol", "port", "endPort");

  private static final Level SPEC =
      level("policyTypes")
          .with("podSelector", SELECTOR)
          .with("ingress", new Level(Map.of()).with("from", PEER).with("ports", PORT))
          .with("egress", new Level(Map.of()).with("to", PEER).with("ports", PORT));

  private static final Level METADATA =
      level(
          "name",
          "generateName",
          "namespace",
          "labels",
          "annotations",
          "finalizers",
          "ownerReferences",
          "managedFields",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation",
          "resourceVersion",
          "selfLink",
          "uid",
          "clusterName");

  private static final Level POLICY =
      level("apiVersion", "kind", "status").with("metadata", METADATA).with("spec", SPEC);

  /** The right places of fields that are often misplaced. */
  private static final Map<String, String> HOMES = new LinkedHashMap<>();

  static {
    SPEC.fields().keySet().forEach(name -> HOMES.put(name, "spec"));
    METADATA.fields().keySet().forEach(name -> HOMES.put(name, "metadata"));
    HOMES.put("to", "spec.egress[]");
    HOMES.put("from", "spec.ingress[]");
    HOMES.put("ports", "spec.egress[] or spec.ingress[]");
    HOMES.put("namespaceSelector", "to[] or from[]");
    HOMES.put("ipBlock", "to[] or from[]");
    HOMES.put("cidr", "ipBlock");
    HOMES.put("except", "ipBlock");
    PORT.fields().keySet().forEach(name -> HOMES.put(name, "ports[]"));
    SELECTOR.fields().keySet().forEach(name -> HOMES.put(name, "a selector"));
    EXPRESSION.fields().keySet().forEach(name -> HOMES.put(name, "matchExpressions[]"));
  }

  private final List<Flaw> found = new ArrayList<>();

  private PolicyFields() {}

  /** The fields that a map can have; empty for a map with arbitrary ones. */
  private record Level(Map<String, Level> fields) {
    Level with(String name, Level level) {
      Map<String, Level> all = new LinkedHashMap<>(fields);
      all.put(name, level);
      return new Level(all);
    }
  }

  private static Level level(String... names) {
    Level level = new Level(Map.of());
    for (String name : names) {
      level = level.with(name, OPEN);
    }
    return level;
  }

  /** Returns the fields that no server knows, in their order. */
  static List<Flaw> unknown(Fields policy) {
    PolicyFields fields = new PolicyFields();
    fields.check(policy, POLICY, "");
    return List.copyOf(fields.found);
  }

  /** Returns true if policies have a field of that name at their top level. */
  static boolean isTop(String name) {
    return POLICY.fields().containsKey(name);
  }

  private void check(Fields at, Level level, String path) {
    for (String name : at.names()) {
      String inner = path.isEmpty() ? name : path + "." + name;
      Level below = level.fields().get(name);
      if (below == null) {
        found.add(new Flaw(Fault.UNKNOWN_FIELD, inner, "unknown field" + hint(name, level, path)));
      } else if (!below.fields().isEmpty()) {
        check(at.object(name), below, inner);
        List<Fields> elements = at.objects(name).toList();
        for (int i = 0; i < elements.size(); i++) {
          check(elements.get(i), below, inner + "[" + i + "]");
        }
      }
    }
  }

  private static String hint(String name, Level level, String path) {
    Optional<String> home = Optional.ofNullable(HOMES.get(name));
    if (level.equals(SELECTOR) && home.filter(each -> !each.equals("ipBlock")).isEmpty()) {
      return Nearest.to(name, level.fields().keySet())
          .map(PolicyFields::meant)
          .orElse("; a label belongs in " + path + ".matchLabels");
    }
    return home.map(each -> "; it belongs in " + each)
        .or(() -> Nearest.to(name, level.fields().keySet()).map(PolicyFields::meant))
        .or(() -> Nearest.to(name, HOMES.keySet()).map(PolicyFields::meantElsewhere))
        .orElse("");
  }

  private static String meant(String name) {
    return "; did you mean " + name + "?";
  }

  private static String meantElsewhere(String name) {
    return "; did you mean " + name + ", which belongs in " + HOMES.get(name) + "?";
  }
}
