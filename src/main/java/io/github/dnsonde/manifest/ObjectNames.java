package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The names that an API server takes (Kubernetes, {@code ValidateNetworkPolicyName}). */
final class ObjectNames {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST = 253;

  /** A variable of Flux, envsubst, OpenShift or Helm, which becomes a name before it is applied. */
  private static final Pattern VARIABLE = Pattern.compile(".*(\\$\\{|\\$\\(|\\{\\{|<[A-Za-z]).*");

  private ObjectNames() {}

  /** What is wrong with them. */
  static List<Flaw> flaws(Fields metadata) {
    List<Flaw> flaws = new ArrayList<>();
    String name = metadata.text("name").orElse("");
    String start = metadata.text("generateName").orElse("");
    String namespace = metadata.text("namespace").orElse("");
    if (isWrong(name, SUBDOMAIN, LONGEST)) {
      flaws.add(
          flaw(
              "name",
              name,
              "a lowercase RFC 1123 subdomain must consist of lower case"
                  + " alphanumeric characters, '-' or '.', and begin and end with one of them"));
    }
    if (name.isEmpty() && isWrong(start.replaceAll("-$", "a"), SUBDOMAIN, LONGEST)) {
      flaws.add(flaw("generateName", start, "must be the start of a lowercase RFC 1123 subdomain"));
    }
    if (isWrong(namespace, LABEL, LONGEST_LABEL)) {
      flaws.add(
          flaw(
              "namespace",
              namespace,
              "a lowercase RFC 1123 label must consist of lower case"
                  + " alphanumeric characters or '-', at most 63 of them"));
    }
    return flaws;
  }

  private static boolean isWrong(String name, Pattern right, int longest) {
    return !name.isEmpty()
        && !VARIABLE.matcher(name).matches()
        && (name.length() > longest || !right.matcher(name).matches());
  }

  private static Flaw flaw(String field, String value, String says) {
    return new Flaw(Fault.OTHER, "metadata." + field, "Invalid value: \"" + value + "\": " + says);
  }
}
