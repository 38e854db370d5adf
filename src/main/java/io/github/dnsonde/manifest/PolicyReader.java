package io.github.dnsonde.manifest;

import static java.util.stream.Collectors.partitioningBy;

import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Finds the policies among objects of any kind. */
public final class PolicyReader {

  private PolicyReader() {}

  /**
   * Returns all policies among the objects.
   *
   * @param namespaces the known namespaces with their labels; each also gets the label with its
   *     name, as in the API server
   */
  public static PolicySet of(List<? extends Fields> objects, Map<String, Labels> namespaces) {
    Map<Boolean, List<Fields>> standard =
        objects.stream()
            .filter(PolicyReader::isNetworkPolicy)
            .<Fields>map(each -> each)
            .collect(partitioningBy(policy -> PolicyReview.of(policy).flaws().isEmpty()));
    return new PolicySet(
        named(namespaces),
        standard.getOrDefault(true, List.of()).stream().map(NetworkPolicies::read).toList(),
        standard.getOrDefault(false, List.of()).stream()
            .map(policy -> invalid(policy, PolicyReview.of(policy).flaws()))
            .toList(),
        objects.stream().flatMap(object -> foreign(object).stream()).toList());
  }

  /**
   * The policy that a manifest contains: at most one of the first three is present.
   *
   * @param valid a NetworkPolicy that kubectl and API servers accept
   * @param refused an object that is meant as one and is rejected. Servers never return such
   *     objects, so for theirs only the checks of {@link #of} matter
   * @param foreign a policy of another kind
   * @param surprises parts of a NetworkPolicy that API servers accept, but probably with another
   *     meaning than intended
   */
  public record Written(
      Optional<NetworkPolicy> valid,
      Optional<InvalidPolicy> refused,
      Optional<ForeignPolicy> foreign,
      List<Surprise> surprises) {
    public Written {
      surprises = List.copyOf(surprises);
    }
  }

  /** Reads a manifest. */
  public static Written read(Manifest manifest) {
    Fields object = manifest.fields();
    if (!isV1(object)) {
      Optional<InvalidPolicy> refused =
          MeantPolicies.flaw(object).map(flaw -> invalid(object, List.of(flaw)));
      return new Written(Optional.empty(), refused, foreign(object), List.of());
    }
    PolicyReview review = PolicyReview.of(object);
    List<Flaw> flaws = new ArrayList<>(PolicyFields.unknown(object));
    for (Manifest.Key key : manifest.repeatedKeys()) {
      String says = "key stands twice in one map (line " + key.line() + ")";
      flaws.add(new Flaw(Fault.REPEATED_KEY, key.path(), says));
    }
    flaws.addAll(review.flaws());
    return flaws.isEmpty()
        ? new Written(
            Optional.of(NetworkPolicies.reviewed(object)),
            Optional.empty(),
            Optional.empty(),
            review.surprises())
        : new Written(
            Optional.empty(), Optional.of(invalid(object, flaws)), Optional.empty(), List.of());
  }

  private static boolean isV1(Fields object) {
    return isNetworkPolicy(object)
        && object.text("apiVersion").filter("networking.k8s.io/v1"::equals).isPresent();
  }

  private static Map<String, Labels> named(Map<String, Labels> namespaces) {
    Map<String, Labels> named = new HashMap<>();
    namespaces.forEach((name, labels) -> named.put(name, labels.ofNamespace(name)));
    return named;
  }

  /**
   * Returns true if group and kind match: other groups have kinds of that name. Until Kubernetes
   * 1.16, NetworkPolicies were also served in {@code extensions}, with the same meaning.
   */
  public static boolean isNetworkPolicy(Fields object) {
    return Set.of("networking.k8s.io", "extensions").contains(group(object))
        && object.text("kind").filter("NetworkPolicy"::equals).isPresent();
  }

  /**
   * Returns a NetworkPolicy that an API server has stored and that {@link NetworkPolicies#read}
   * cannot read; empty if it can.
   */
  public static Optional<InvalidPolicy> unreadable(Fields policy) {
    return Optional.of(PolicyReview.ofStored(policy).flaws())
        .filter(flaws -> !flaws.isEmpty())
        .map(flaws -> invalid(policy, flaws));
  }

  private static String group(Fields object) {
    String version = object.text("apiVersion").orElse("");
    return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
  }

  private static InvalidPolicy invalid(Fields policy, List<Flaw> flaws) {
    Fields metadata = policy.object("metadata");
    Fields spec = policy.object("spec");
    return new InvalidPolicy(
        metadata.text("namespace").orElse(""),
        metadata.text("name").orElse(""),
        isSound("spec.podSelector", flaws)
            ? Optional.of(Selectors.of(spec.object("podSelector")))
            : Optional.empty(),
        isSound("spec.policyTypes", flaws)
            ? NetworkPolicies.directions(spec)
            : EnumSet.allOf(Direction.class),
        flaws);
  }

  /** Returns true if a field has no flaw; the intended meaning of a flawed field is not known. */
  private static boolean isSound(String path, List<Flaw> flaws) {
    return flaws.size() < Notes.MOST // nothing is noted beyond the limit
        && flaws.stream()
            .map(Flaw::path)
            .noneMatch(flawed -> flawed.startsWith(path) || path.startsWith(flawed + "."));
  }

  /** Reads Cilium's settings; empty if a ConfigMap has others. */
  public static Optional<ForeignPolicy> ciliumSettings(Fields configMap) {
    return configMap
        .object("metadata")
        .text("name")
        .filter(CiliumSettings.NAME::equals)
        .flatMap(_ -> configMap.object("data").text(CiliumSettings.ENFORCEMENT))
        .flatMap(CiliumSettings.Enforcement::of)
        .map(mode -> new CiliumSettings(mode).object());
  }

  /** Reads a policy of another kind; empty if the object is no policy. */
  private static Optional<ForeignPolicy> foreign(Fields object) {
    String group = group(object);
    Predicate<String> kind = object.text("kind").orElse("")::equals;
    if (group.isEmpty() && kind.test("ConfigMap")) {
      return object
          .object("metadata")
          .text("namespace")
          .filter(CiliumSettings.NAMESPACE::equals)
          .flatMap(_ -> ciliumSettings(object));
    }
    return PolicyKind.KNOWN.stream()
        .filter(known -> known.group().equals(group) && kind.test(known.kind()))
        .findFirst()
        .map(known -> ForeignPolicyReader.read(known, object));
  }
}
