package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * What is asked, and what a right answer is. One question, one transport, one packet: nothing is
 * retried, nothing is searched.
 *
 * @param name an absolute domain name in presentation form, such as {@code example.com.}
 * @param type the type of record asked for; the class is always IN
 * @param transport what carries the question
 * @param scope whether the cluster's DNS answers it alone
 * @param expected what a right answer is
 */
public record Question(
    String name, RecordType type, Transport transport, Scope scope, Expectation expected) {

  /**
   * Octets in one label, and characters of a whole name as written here without its last dot (RFC
   * 1035 §2.3.4).
   */
  private static final int MAX_LABEL = 63;

  private static final int MAX_NAME = 253;

  public Question {
    checkName(name);
    requireNonNull(type, "type is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(scope, "scope is null");
    requireNonNull(expected, "expected is null");
  }

  /** Agrees with the record's equals, and costs little: a question is looked up whenever asked. */
  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + type.code()) + transport.hashCode();
  }

  /**
   * Checks that a name can be asked for as it is written.
   *
   * @throws IllegalArgumentException if it is not absolute, or breaks a limit of RFC 1035 §2.3.4;
   *     the message says which
   */
  public static void checkName(String name) {
    if (!name.endsWith(".")) {
      throw new IllegalArgumentException(
          "the name '" + name + "' is not absolute: it has no dot at its end");
    }
    if (name.equals(".")) {
      return;
    }
    if (name.length() - 1 > MAX_NAME) {
      throw new IllegalArgumentException(
          "the name '" + name + "' is longer than " + MAX_NAME + " characters");
    }
    for (String label : name.substring(0, name.length() - 1).split("\\.", -1)) {
      checkLabel(name, label);
    }
  }

  private static void checkLabel(String name, String label) {
    if (label.isEmpty()) {
      throw new IllegalArgumentException("the name '" + name + "' has an empty label");
    }
    if (label.length() > MAX_LABEL) {
      throw new IllegalArgumentException(
          "the name '" + name + "' has a label longer than " + MAX_LABEL + " characters");
    }
    // Escapes (RFC 1035 §5.1) are left out on purpose: no name worth probing needs one.
    if (!label.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\' && c != '"')) {
      throw new IllegalArgumentException(
          "the name '"
              + name
              + "' has a character that is not printable ASCII, or a quote or backslash");
    }
  }
}
