package io.github.dnsonde.http;

import java.net.InetAddress;

/** Checks that a Host header (RFC 9110 §7.2) names this very machine. */
final class LocalHost {

  private LocalHost() {}

  /**
   * Returns true for {@code localhost} and for literals of loopback addresses, with a port or
   * without. Any other name may belong to a web page that had it resolved to 127.0.0.1 (DNS
   * rebinding).
   */
  static boolean isNamedBy(String header) {
    String host = withoutPort(header);
    return host.equalsIgnoreCase("localhost") || isLoopbackLiteral(host);
  }

  private static String withoutPort(String header) {
    int colon = header.lastIndexOf(':');
    return colon > header.lastIndexOf(']') ? header.substring(0, colon) : header;
  }

  private static boolean isLoopbackLiteral(String host) {
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    try {
      return InetAddress.ofLiteral(brackets ? host.substring(1, host.length() - 1) : host)
          .isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
