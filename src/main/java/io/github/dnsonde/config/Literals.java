package io.github.dnsonde.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses as people write them. Stricter than {@link InetAddress#ofLiteral}, which also reads
 * {@code 10.1} and {@code 53} (inet_aton(3)) and would turn a typing error into an address.
 */
final class Literals {

  private static final Pattern IPV4 =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  /** No zone: an interface's name means something on one machine only (RFC 4007 §11). */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private static final Pattern PREFIX_LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

  private Literals() {}

  /** An address, if the text is one. */
  static Optional<InetAddress> address(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Whether the text is an address, alone or with a slash and a number behind it. */
  static boolean looksLikeBlock(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? address(text).isPresent()
        : address(text.substring(0, slash)).isPresent()
            && PREFIX_LENGTH.matcher(text.substring(slash + 1)).matches();
  }
}
