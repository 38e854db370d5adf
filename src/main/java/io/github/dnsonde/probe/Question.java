package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * A DNS question and the condition for a right answer. One question, one transport, one packet:
 * without retries or search domains.
 *
 * @param name an absolute domain name in presentation form, such as {@code example.com.}
 * @param type the queried type of record; the class is always IN
 * @param transport the transport of the query
 * @param scope internal if the cluster's DNS answers it alone
 * @param expected the condition for a right answer
 * @param options the parts of the query that clients choose differently
 */
public record Question(
    String name,
    RecordType type,
    Transport transport,
    Scope scope,
    Expectation expected,
    MessageOptions options) {

  /**
   * Limits for the octets in one label, and for the characters of a whole name as written here
   * without its last dot (RFC 1035 §2.3.4).
   */
  private static final int MAX_LABEL = 63;

  private static final int MAX_NAME = 253;

  public Question {
    checkName(name);
    requireNonNull(type, "type is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(scope, "scope is null");
    requireNonNull(expected, "expected is null");
    requireNonNull(options, "options is null");
    if (options.randomLabel() && !hasRoom(name)) {
      throw new IllegalArgumentException("no label fits before the name '" + name + "'");
    }
  }

  /** Returns true if a random label fits before the name. */
  public static boolean hasRoom(String name) {
    return name.length() + MessageOptions.RANDOM_LABEL <= MAX_NAME;
  }

  /** Creates a question that is sent with the usual options. */
  public Question(
      String name, RecordType type, Transport transport, Scope scope, Expectation expected) {
    this(name, type, transport, scope, expected, MessageOptions.OF_PROBES);
  }

  /** Agrees with the record's equals, and costs little: each query looks up its question. */
  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + type.code()) + transport.hashCode();
  }

  /** The name with the final dot, which is added if it is missing. */
  public static String absolute(String name) {
    return name.endsWith(".") ? name : name + ".";
  }

  /**
   * Checks that a name can be queried as it is written.
   *
   * @throws IllegalArgumentException if it is not absolute, or breaks a limit of RFC 1035 §2.3.4;
   *     the message says which
   */
  public static void checkName(String name) {
    if (!name.endsWith(".")) {
      throw new IllegalArgumentException(
          "the name '" + name + "' is not absolute: it does not end with a dot");
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
