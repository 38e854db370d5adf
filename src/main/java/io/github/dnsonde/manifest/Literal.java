package io.github.dnsonde.manifest;

import java.net.InetAddress;
import java.util.Optional;

/** Addresses as the API writes them; no name is ever looked up. */
public final class Literal {

  private Literal() {}

  /** Empty when the text is not an address. */
  public static Optional<InetAddress> address(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
