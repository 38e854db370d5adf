package io.github.dnsonde.manifest;

import static java.util.stream.Collectors.partitioningBy;

import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the policies among objects of any kind. */
public final class Policies {

  private Policies() {}

  /**
   * All policies among the objects.
   *
   * @param namespaces those known, by name, with their labels; each is given the label of its name,
   *     as the API server does
   */
  public static PolicySet of(List<? extends Fields> objects, Map<String, Labels> namespaces) {
    Map<Boolean, List<Fields>> standard =
        objects.stream()
            .filter(Policies::isNetworkPolicy)
            .<Fields>map(each -> each)
            .collect(partitioningBy(policy -> PolicyFlaws.of(policy).isEmpty()));
    return new PolicySet(
        named(namespaces),
        standard.getOrDefault(true, List.of()).stream().map(NetworkPolicies::read).toList(),
        standard.getOrDefault(false, List.of()).stream().map(Policies::invalid).toList(),
        objects.stream().flatMap(object -> foreign(object).stream()).toList());
  }

  private static Map<String, Labels> named(Map<String, Labels> namespaces) {
    Map<String, Labels> named = new HashMap<>();
    namespaces.forEach((name, labels) -> named.put(name, labels.ofNamespace(name)));
    return named;
  }

  /** By group and kind: other groups have kinds of that name. */
  public static boolean isNetworkPolicy(Fields object) {
    return group(object).equals("networking.k8s.io")
        && object.text("kind").filter("NetworkPolicy"::equals).isPresent();
  }

  private static String group(Fields object) {
    String version = object.text("apiVersion").orElse("");
    return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
  }

  private static InvalidPolicy invalid(Fields policy) {
    Fields metadata = policy.object("metadata");
    Fields spec = policy.object("spec");
    List<Flaw> flaws = PolicyFlaws.of(policy);
    return new InvalidPolicy(
        metadata.text("namespace").orElse(""),
        metadata.text("name").orElse(""),
        selects(spec),
        NetworkPolicies.directions(spec),
        flaws);
  }

  private static Optional<LabelSelector> selects(Fields spec) {
    try {
      return Optional.of(Selectors.of(spec.object("podSelector")));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** A policy of another kind; empty for what is no policy. */
  private static Optional<ForeignPolicy> foreign(Fields object) {
    String group = group(object);
    Predicate<String> kind = object.text("kind").orElse("")::equals;
    return PolicyKind.KNOWN.stream()
        .filter(known -> known.group().equals(group) && kind.test(known.kind()))
        .findFirst()
        .map(known -> ForeignPolicies.read(known, object));
  }
}
