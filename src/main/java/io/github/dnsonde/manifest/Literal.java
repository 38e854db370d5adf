package io.github.dnsonde.manifest;

import java.net.InetAddress;
import java.util.Optional;

/** Addresses in the API's format; no name is ever resolved. */
public final class Literal {

  private Literal() {}

  /** Returns an address; empty if the text is none. */
  public static Optional<InetAddress> address(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
