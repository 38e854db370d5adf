package io.github.dnsonde.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The valid names of ports (RFC 6335 §5.1, as Kubernetes checks it in IsValidPortName). */
final class PortNames {

  private static final Map<String, Predicate<String>> WRONG = new LinkedHashMap<>();

  static {
    WRONG.put("must be no more than 15 characters", name -> name.length() > 15);
    WRONG.put(
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        Pattern.compile("[-a-z0-9]+").asMatchPredicate().negate());
    WRONG.put(
        "must contain at least one letter (a-z)", Pattern.compile("[a-z]").asPredicate().negate());
    WRONG.put("must not contain consecutive hyphens", name -> name.contains("--"));
    WRONG.put(
        "must not begin or end with a hyphen", name -> name.startsWith("-") || name.endsWith("-"));
  }

  private PortNames() {}

  /** The mistakes in a name; none if it is valid. */
  static List<String> flaws(String name) {
    return WRONG.entrySet().stream()
        .filter(each -> each.getValue().test(name))
        .map(Map.Entry::getKey)
        .toList();
  }
}
