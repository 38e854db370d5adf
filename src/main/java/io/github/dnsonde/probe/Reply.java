package io.github.dnsonde.probe;

import java.util.List;
import java.util.Optional;

/** What the wire did after one question: all that a client can tell apart, judged by nobody yet. */
public sealed interface Reply {

  /** What its reason leaves out, in a few words for people; empty when that is nothing. */
  default Optional<String> detail() {
    return switch (this) {
      case Answered _, PortUnreachable _, ConnectionRefused _, ConnectionReset _ ->
          Optional.empty();
      case Malformed(String what) -> Optional.of(what);
      case StreamEnded(int octets) ->
          Optional.of("end of stream after " + octets + " octets of a response");
      case NotSent(_, String why) -> Optional.of(why);
      case TimedOut(Phase phase) -> Optional.of("waiting for the " + phase.awaited());
      case Prohibited(Errno errno) -> Optional.of(errno.name());
      case NoRoute(Errno errno) -> Optional.of(errno.name());
      case LocalDenied(Errno errno) -> Optional.of(errno.name());
    };
  }

  /**
   * A response to this question came.
   *
   * @param rcode the response code (RFC 1035 §4.1.1, extended by RFC 6891 §6.1.3)
   * @param truncated the TC bit
   * @param answers the answer section, as far as it could be read
   * @param size octets of the message, without the two of TCP's length
   */
  record Answered(int rcode, boolean truncated, List<Answer> answers, int size) implements Reply {
    public Answered {
      answers = List.copyOf(answers);
    }
  }

  /** Octets came that carry this question's id but are no response to it. */
  record Malformed(String what) implements Reply {}

  /** Nothing came in time. */
  record TimedOut(Phase phase) implements Reply {}

  /**
   * UDP: an ICMP port unreachable came back. Nobody listens, or a balancer without endpoints, or a
   * filter that rejects; they look the same.
   */
  record PortUnreachable() implements Reply {}

  /** TCP: a reset in place of the SYN-ACK, or an ICMP port unreachable. */
  record ConnectionRefused() implements Reply {}

  /** TCP: a reset on an open connection, before the response was whole. */
  record ConnectionReset() implements Reply {}

  /**
   * TCP: the server ended the stream before the response was whole.
   *
   * @param octets that had come of it, the two of its length included
   */
  record StreamEnded(int octets) implements Reply {}

  /**
   * Something on the way, or the routing table, forbids it: EHOSTUNREACH (ICMP 3/10, 3/13; for TCP
   * 3/1 too) or EACCES ({@code ip route prohibit}).
   */
  record Prohibited(Errno errno) implements Reply {}

  /**
   * No way there: ENETUNREACH (no route, ICMP 3/9; for TCP 3/0 too) or EINVAL ({@code ip route
   * blackhole}).
   */
  record NoRoute(Errno errno) implements Reply {}

  /**
   * The kernel refused to send: EPERM. A filter in the pod's own namespace, or a socket-level
   * balancer without backends.
   */
  record LocalDenied(Errno errno) implements Reply {}

  /**
   * Not asked, or not properly waited for, through no fault of any server: says nothing about DNS.
   */
  record NotSent(Cause cause, String why) implements Reply {}

  /** What was waited for when time ran out. */
  enum Phase {
    /** TCP's handshake: the reply to our SYN. */
    CONNECT("connection"),
    /** The response. */
    RESPONSE("response");

    private final String awaited;

    Phase(String awaited) {
      this.awaited = awaited;
    }

    private String awaited() {
      return awaited;
    }
  }
}
