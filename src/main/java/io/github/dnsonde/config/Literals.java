package io.github.dnsonde.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Parses addresses as people write them. It is stricter than {@link InetAddress#ofLiteral}, which
 * also reads {@code 10.1} and {@code 53} (inet_aton(3)) and would turn a typing error into an
 * address.
 */
final class Literals {

  private static final Pattern IPV4 =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  /**
   * The characters of an address, without a zone, which is valid on one machine only (RFC 4007
   * §11).
   */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private static final Pattern PREFIX_LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

  private Literals() {}

  /** Returns the address, if the text is one. */
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

  /** Returns whether the text is an address, alone or followed by a slash and a number. */
  static boolean looksLikeBlock(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? address(text).isPresent()
        : address(text.substring(0, slash)).isPresent()
            && PREFIX_LENGTH.matcher(text.substring(slash + 1)).matches();
  }
}
