package io.github.dnsonde.probe;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The text form of addresses for people: no name, no slash, IPv6 in its short form (RFC 5952) and
 * in brackets before a port (RFC 3986 §3.2.2), like the logs of Go programs.
 */
public final class Addresses {

  private Addresses() {}

  public static String hostPort(InetSocketAddress address) {
    return hostPort(address.getAddress(), address.getPort());
  }

  static String hostPort(InetAddress address, int port) {
    String host = text(address);
    return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }

  /** The address alone: {@code 10.96.0.10}, {@code fd00::a}. */
  public static String text(InetAddress address) {
    String full = address.getHostAddress();
    if (!(address instanceof Inet6Address)) {
      return full;
    }
    int zone = full.indexOf('%');
    return zone < 0 ? shortened(full) : shortened(full.substring(0, zone)) + full.substring(zone);
  }

  /** Puts two colons for the longest run of zeros, the first of several (RFC 5952 §4.2). */
  private static String shortened(String full) {
    List<String> fields = Arrays.asList(full.split(":", -1));
    int start = 0;
    int length = 1; // a single zero stays
    for (int i = 0; i < fields.size(); i++) {
      int zeros = zeros(fields.subList(i, fields.size()));
      if (zeros > length) {
        start = i;
        length = zeros;
      }
    }
    return length == 1
        ? full
        : String.join(":", fields.subList(0, start))
            + "::"
            + String.join(":", fields.subList(start + length, fields.size()));
  }

  private static int zeros(List<String> fields) {
    return (int) fields.stream().takeWhile("0"::equals).count();
  }
}
