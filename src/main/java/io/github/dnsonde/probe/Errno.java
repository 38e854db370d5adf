package io.github.dnsonde.probe;

/**
 * The system's errors that concern the path to a server (errno(3)).
 *
 * <p>ICMP and ICMPv6 messages arrive as these (Linux: {@code icmp_err_convert} in net/ipv4/icmp.c,
 * {@code icmpv6_err_convert} in net/ipv6/icmp.c).
 */
public enum Errno {
  EPERM("Operation not permitted"),
  EACCES("Permission denied"),
  EINVAL("Invalid argument"),
  ENETUNREACH("Network is unreachable"),
  EHOSTUNREACH("No route to host"),
  /** ICMP 3/2: the protocol is unreachable. */
  ENOPROTOOPT("Protocol not available"),
  /** ICMPv6 type 4: a parameter problem. */
  EPROTO("Protocol error"),
  /** ICMP 3/7: the host is unknown. */
  EHOSTDOWN("Host is down"),
  /** ICMP 3/8: our own host is isolated. */
  ENONET("Machine is not on the network"),
  /** ICMP 3/5: the source route failed. */
  EOPNOTSUPP("Operation not supported"),
  ENETDOWN("Network is down");

  private final String text;

  Errno(String text) {
    this.text = text;
  }

  /** The C library's text for it (strerror(3)). */
  public String text() {
    return text;
  }
}
