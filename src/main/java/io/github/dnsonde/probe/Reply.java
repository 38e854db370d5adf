package io.github.dnsonde.probe;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The result of one query on the wire: everything that a client can distinguish, not yet judged.
 */
public sealed interface Reply {

  /** The details that its reason leaves out, in a few words for people; empty if there are none. */
  default Optional<String> detail() {
    return switch (this) {
      case Answered answered -> answered.remark();
      case PortUnreachable _, ConnectionRefused _, ConnectionReset _ -> Optional.empty();
      case Malformed(String what) -> Optional.of(what);
      case StreamEnded(int octets) -> Optional.of("end of stream after " + octets + " octets");
      case NotSent(_, String why) -> Optional.of(why);
      case TimedOut(Phase phase, int octets) ->
          Optional.of(
              octets == 0
                  ? "waiting for the " + phase.awaited()
                  : "waiting for the rest of a message, after " + octets + " octets of it");
      case PathFailed(String error) -> Optional.of(error);
      case Prohibited(Errno errno) -> Optional.of(errno.name());
      case NoRoute(Errno errno) -> Optional.of(errno.name());
      case LocalDenied(Errno errno) -> Optional.of(errno.name());
    };
  }

  /**
   * A response to this query.
   *
   * @param rcode the response code (RFC 1035 §4.1.1, extended by RFC 6891 §6.1.3)
   * @param truncated the TC bit
   * @param referral true if it is not authoritative and its authority section has NS and no SOA
   *     records, so that it names other servers (RFC 2308 §2.2)
   * @param edns true if it has an OPT record, as every query has (RFC 6891 §6.1.1)
   * @param answers the answer section, as far as it could be read; in an outcome, the first {@link
   *     #MOST_KEPT} records of it and at most 256 characters of each
   * @param count the number of records in the answer section
   * @param size octets of the message, without TCP's length prefix
   * @param extendedError the reason that the server gives; empty if it gives none
   */
  record Answered(
      int rcode,
      boolean truncated,
      boolean referral,
      boolean edns,
      List<Answer> answers,
      int count,
      int size,
      Optional<ExtendedError> extendedError)
      implements Reply {

    /** Maximum number of records that an outcome keeps. */
    public static final int MOST_KEPT = 16;

    /** Each of these codes has its own reason, so no remark has to name it. */
    private static final Set<Rcode> NAMED =
        EnumSet.of(Rcode.NOERROR, Rcode.SERVFAIL, Rcode.NXDOMAIN, Rcode.REFUSED);

    private static final String NO_EDNS = "; the server may not know EDNS, which the query used";

    public Answered {
      answers = List.copyOf(answers);
      if (count < answers.size()) {
        throw new IllegalArgumentException(
            "a section of " + count + " records cannot hold " + answers.size());
      }
    }

    /** Creates a response without an extended error. */
    public Answered(
        int rcode,
        boolean truncated,
        boolean referral,
        boolean edns,
        List<Answer> answers,
        int count,
        int size) {
      this(rcode, truncated, referral, edns, answers, count, size, Optional.empty());
    }

    /** Creates a response with EDNS that names no other servers, with all of its records. */
    public Answered(int rcode, boolean truncated, List<Answer> answers, int size) {
      this(rcode, truncated, false, true, answers, answers.size(), size);
    }

    /** The part that an outcome keeps after it is judged. */
    Answered brief() {
      List<Answer> kept = answers.stream().limit(MOST_KEPT).map(Answer::brief).toList();
      return kept.equals(answers)
          ? this
          : new Answered(rcode, truncated, referral, edns, kept, count, size, extendedError);
    }

    private Optional<String> remark() {
      List<String> parts =
          Stream.of(codeOrReferral(), extendedError.map(ExtendedError::text))
              .flatMap(Optional::stream)
              .toList();
      return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
    }

    private Optional<String> codeOrReferral() {
      if (NAMED.stream().noneMatch(named -> named.code() == rcode)) {
        return Optional.of(Rcode.mnemonic(rcode) + (mayNotKnowEdns() ? NO_EDNS : ""));
      }
      return referral && rcode == Rcode.NOERROR.code()
          ? Optional.of("the server names other servers and does not query them itself")
          : Optional.empty();
    }

    /**
     * Returns true for the replies of servers without EDNS to an OPT record: FORMERR and NOTIMP
     * (RFC 6891 §7).
     */
    private boolean mayNotKnowEdns() {
      boolean refused = rcode == Rcode.FORMERR.code() || rcode == Rcode.NOTIMP.code();
      return (refused && !edns) || rcode == Rcode.BADVERS.code();
    }
  }

  /**
   * The octets received are not a DNS response to this query although they carry its id. Or there
   * were so many messages, or pieces of one, that no answer can be expected any more.
   */
  record Malformed(String what) implements Reply {
    public Malformed {
      what = ShortText.text(what);
    }
  }

  /**
   * No answer arrived in time.
   *
   * @param octets the number received of an incomplete message, including TCP's length prefix
   */
  record TimedOut(Phase phase, int octets) implements Reply {

    /** A timeout without any octet of an incomplete message. */
    public TimedOut(Phase phase) {
      this(phase, 0);
    }
  }

  /**
   * UDP: an ICMP port unreachable was received. The port has no listener, a balancer has no
   * endpoints, or a filter rejects; these cannot be distinguished.
   */
  record PortUnreachable() implements Reply {}

  /** TCP: a reset in place of the SYN-ACK, or an ICMP port unreachable. */
  record ConnectionRefused() implements Reply {}

  /** TCP: a reset on an open connection, before the response was complete. */
  record ConnectionReset() implements Reply {}

  /**
   * TCP: the server ended the stream before the response was complete.
   *
   * @param octets the number received over the connection, with lengths and ignored messages
   */
  record StreamEnded(int octets) implements Reply {}

  /**
   * The path or the routing table forbids it: EHOSTUNREACH (ICMP 3/10, 3/13; for TCP also 3/1),
   * EACCES ({@code ip route prohibit}), or a refusal of the protocol itself: ENOPROTOOPT (ICMP 3/2)
   * and its counterpart EPROTO (ICMPv6 type 4).
   */
  record Prohibited(Errno errno) implements Reply {}

  /**
   * There is no path: ENETUNREACH (no route, ICMP 3/9; for TCP also 3/0), EINVAL ({@code ip route
   * blackhole}), EHOSTDOWN (ICMP 3/7), ENONET (3/8), EOPNOTSUPP (3/5) or ENETDOWN.
   */
  record NoRoute(Errno errno) implements Reply {}

  /**
   * The socket reported an error that has no reply of its own and is not caused by this machine. So
   * the path to the server is broken in a way that has no name here.
   *
   * @param error the system's text
   */
  record PathFailed(String error) implements Reply {
    public PathFailed {
      error = ShortText.text(error);
    }
  }

  /**
   * The kernel refused to send: EPERM. The cause is a filter in the pod's own namespace, or a
   * socket-level balancer without backends.
   */
  record LocalDenied(Errno errno) implements Reply {}

  /**
   * The query was not sent, or not properly waited for, through no fault of any server. It says
   * nothing about DNS.
   */
  record NotSent(Cause cause, String why) implements Reply {
    public NotSent {
      why = ShortText.text(why);
    }
  }

  /** The event that a query waited for when its time ran out. */
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
