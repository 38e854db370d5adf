package io.github.dnsonde.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The syntax of names and labels in Kubernetes (documentation, "Object Names and IDs" and "Labels
 * and Selectors"; apimachinery, {@code util/validation}). Each check returns the mistakes; none if
 * the text is valid.
 */
public final class Names {

  private static final int LONGEST_SUBDOMAIN = 253;
  private static final int LONGEST_LABEL = 63;

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile(DNS_LABEL.pattern() + "(\\." + DNS_LABEL.pattern() + ")*");

  /** The name part of a label's key, and a value that is not empty. */
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");

  /**
   * A variable of Flux, envsubst, OpenShift's templates or Helm, or a blank to fill in. Its value
   * at the time of applying is not known.
   */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{|\\$\\(|\\{\\{|<[A-Za-z]");

  private Names() {}

  /** Returns true if a text of a manifest will be replaced before it is applied. */
  static boolean hasVariable(String text) {
    return (text.indexOf('$') >= 0 || text.indexOf('{') >= 0 || text.indexOf('<') >= 0)
        && VARIABLE.matcher(text).find();
  }

  /** Returns true if the text is a valid name for most objects. */
  public static boolean isSubdomain(String text) {
    return subdomain(text).isEmpty();
  }

  /** Returns true if the text is a valid name for a namespace. */
  public static boolean isDnsLabel(String text) {
    return dnsLabel(text).isEmpty();
  }

  /** Checks a name of most objects: a DNS subdomain (RFC 1123). */
  static List<String> subdomain(String text) {
    return flaws(
        text,
        LONGEST_SUBDOMAIN,
        DNS_SUBDOMAIN,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
            + " '.', and must start and end with an alphanumeric character");
  }

  /** Checks the name of a namespace: a DNS label (RFC 1123). */
  static List<String> dnsLabel(String text) {
    return flaws(
        text,
        LONGEST_LABEL,
        DNS_LABEL,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
            + " must start and end with an alphanumeric character");
  }

  /** Checks a label's key: a name, optionally after a DNS subdomain and a slash. */
  static List<String> labelKey(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length > 2) {
      return List.of("a valid label key has at most one '/'");
    }
    List<String> flaws = new ArrayList<>();
    if (parts.length == 2) {
      prefixed("prefix part ", parts[0].isEmpty() ? EMPTY : subdomain(parts[0]), flaws);
    }
    String name = parts[parts.length - 1];
    prefixed("name part ", name.isEmpty() ? EMPTY : label(name), flaws);
    return flaws;
  }

  /** Checks a label's value, which may be empty. */
  static List<String> labelValue(String text) {
    return text.isEmpty() ? List.of() : label(text);
  }

  private static final List<String> EMPTY = List.of("must be non-empty");

  private static List<String> label(String text) {
    return flaws(
        text,
        LONGEST_LABEL,
        LABEL,
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
            + " alphanumeric character");
  }

  private static void prefixed(String prefix, List<String> flaws, List<String> into) {
    flaws.forEach(flaw -> into.add(prefix + flaw));
  }

  private static List<String> flaws(String text, int longest, Pattern pattern, String says) {
    List<String> flaws = new ArrayList<>();
    if (text.length() > longest) {
      flaws.add("must be no more than " + longest + " characters");
    }
    // Bounded: the pattern of a subdomain recurses.
    if (text.length() > 2 * LONGEST_SUBDOMAIN || !pattern.matcher(text).matches()) {
      flaws.add(says);
    }
    return flaws;
  }
}
