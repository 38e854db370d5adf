package io.github.dnsonde.probe;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Locale;

/** The transport of a query: UDP or TCP, usually port 53 (RFC 1035 §4.2, RFC 7766). */
public enum Transport {
  UDP,
  TCP;

  /** The word in labels, logs and configuration: {@code udp} or {@code tcp}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In sentences: {@code UDP}, {@code UDP and TCP}. */
  public static String words(Collection<Transport> transports) {
    return transports.stream().distinct().sorted().map(Transport::name).collect(joining(" and "));
  }
}
