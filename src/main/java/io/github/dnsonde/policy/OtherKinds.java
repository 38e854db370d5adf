package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Describes policies of other kinds in sentences, each with the command that shows the policy. */
final class OtherKinds {

  /** The maximum number of policies that a verdict names. */
  private static final int MOST = 5;

  /** A name that the API server accepts, and that a shell does not interpret. */
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9][a-z0-9.-]{0,252}");

  private OtherKinds() {}

  /**
   * Returns a sentence for each of these policies, which may decide the verdict.
   *
   * @param namespace the namespace of the pods in question
   */
  static List<String> sentences(List<ForeignPolicy> others, String namespace) {
    List<ForeignPolicy> sorted =
        others.stream().sorted(Comparator.comparing(ForeignPolicy::toString)).toList();
    Stream<String> named = sorted.stream().limit(MOST).map(other -> sentence(other, namespace));
    return Stream.concat(named, more(sorted.stream().skip(MOST).toList(), namespace)).toList();
  }

  private static String sentence(ForeignPolicy other, String namespace) {
    String which = other.name().isPresent() ? other.toString() : "A policy of kind " + other.kind();
    String known =
        other.name().isPresent()
            ? " may decide it, which only its own engine can judge"
            : " may decide it, if there is any: they could not be listed";
    return which + known + ". See: " + command(other, namespace);
  }

  private static Stream<String> more(List<ForeignPolicy> others, String namespace) {
    return others.isEmpty()
        ? Stream.of()
        : Stream.of(
            "So may "
                + others.size()
                + " more. See: "
                + get(
                    String.join(
                        ",",
                        others.stream()
                            .map(other -> other.kind().resource())
                            .distinct()
                            .sorted()
                            .toList()),
                    others.stream().anyMatch(other -> other.kind().namespaced()),
                    namespace));
  }

  /** Returns the command that shows a policy. */
  static String command(ForeignPolicy policy) {
    return CiliumSettings.enforcement(policy).isPresent()
        ? "kubectl get configmap -n " + CiliumSettings.NAMESPACE + " " + CiliumSettings.NAME
        : command(policy, "");
  }

  private static String command(ForeignPolicy other, String otherwise) {
    PolicyKind kind = other.kind();
    String namespace = other.namespace().orElse(otherwise);
    Optional<String> name =
        other.name().filter(plain -> isPlain(plain) && (!kind.namespaced() || isPlain(namespace)));
    return get(kind.resource(), kind.namespaced(), namespace)
        + name.map(plain -> " " + plain + " -o yaml").orElse("");
  }

  private static boolean isPlain(String name) {
    return PLAIN.matcher(name).matches();
  }

  private static String get(String resources, boolean namespaced, String namespace) {
    String where = !namespaced ? "" : isPlain(namespace) ? " -n " + namespace : " -A";
    return "kubectl get " + resources + where;
  }
}
