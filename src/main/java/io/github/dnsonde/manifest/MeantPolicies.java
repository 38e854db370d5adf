package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.yaml.Nearest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Objects that are meant as NetworkPolicies and are none: the kind is misspelt, no server has the
 * version, or one of them is missing.
 */
final class MeantPolicies {

  private static final String KIND = "NetworkPolicy";
  private static final String VERSION = "networking.k8s.io/v1";

  /** The other kinds of the group (Kubernetes API reference, networking.k8s.io). */
  private static final Set<String> KINDS =
      Set.of(KIND, "Ingress", "IngressClass", "IPAddress", "ServiceCIDR", "ClusterCIDR");

  private static final List<String> OWN_FIELDS =
      List.of("podSelector", "policyTypes", "ingress", "egress");

  private MeantPolicies() {}

  /** The mistake in an object that is meant as one; empty for all others. */
  static Optional<Flaw> flaw(Fields object) {
    String version = object.text("apiVersion").orElse("");
    String kind = object.text("kind").orElse("");
    if (version.equals(VERSION)) {
      return kind.equals(KIND) ? Optional.empty() : flawOfKind(kind, object);
    }
    boolean meant = kind.equals(KIND) || (isMisspelt(kind) && looksLikeOne(object));
    return meant ? flawOfVersion(version, kind) : Optional.empty();
  }

  private static Optional<Flaw> flawOfKind(String kind, Fields object) {
    if (kind.isEmpty()) {
      return looksLikeOne(object)
          ? Optional.of(
              flaw(
                  "kind",
                  "Required value: "
                      + misspeltKey(object, "kind")
                          .map(key -> "did you mean kind instead of " + key + "? ")
                          .orElse("")
                      + "kubectl refuses an object without a kind; expected kind: "
                      + KIND))
          : Optional.empty();
    }
    if (KINDS.contains(kind) || kind.endsWith("List")) {
      return Optional.empty();
    }
    String meant =
        looksLikeOne(object) || isMisspelt(kind) ? KIND : Nearest.to(kind, KINDS).orElse("");
    return meant.equals(KIND)
        ? Optional.of(
            flaw("kind", "no kind \"" + kind + "\" in " + VERSION + "; did you mean " + KIND + "?"))
        : Optional.empty();
  }

  private static Optional<Flaw> flawOfVersion(String version, String kind) {
    String says =
        switch (version) {
          case "" -> "Required value: expected apiVersion: " + VERSION;
          case "extensions/v1beta1" ->
              "no server since Kubernetes 1.16 has "
                  + version
                  + " "
                  + KIND
                  + "; expected "
                  + VERSION;
          default ->
              isMeantVersion(version)
                  ? "no server has " + version + " " + kind + "; did you mean " + VERSION + "?"
                  : "";
        };
    return says.isEmpty() ? Optional.empty() : Optional.of(flaw("apiVersion", says));
  }

  /**
   * Returns true for a group of Kubernetes itself, or a similar one; other groups also have such
   * kinds.
   */
  private static boolean isMeantVersion(String version) {
    String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : version;
    return !group.contains(".")
        || group.equals("networking.k8s.io")
        || Nearest.to(group, List.of("networking.k8s.io")).isPresent();
  }

  private static boolean isMisspelt(String kind) {
    String small = kind.toLowerCase(Locale.ROOT);
    boolean near = Nearest.to(kind, List.of(KIND, "NetworkPolicies")).isPresent();
    return (near && !small.startsWith("cluster"))
        || small.equals("netpol")
        || small.equals("netpolicy");
  }

  private static boolean looksLikeOne(Fields object) {
    Fields spec = object.object("spec");
    return Stream.of(object, spec)
        .anyMatch(
            fields ->
                fields.has("podSelector") && OWN_FIELDS.stream().skip(1).anyMatch(fields::has));
  }

  private static Optional<String> misspeltKey(Fields object, String key) {
    return object.names().stream()
        .filter(name -> !PolicyFields.isTop(name))
        .filter(
            name ->
                name.toLowerCase(Locale.ROOT).endsWith(key)
                    || Nearest.to(name, List.of(key)).isPresent())
        .findFirst();
  }

  private static Flaw flaw(String path, String says) {
    return new Flaw(Fault.OTHER, path, says);
  }
}
