package io.github.dnsonde.probe;

import io.github.dnsonde.probe.Expectation.NoSuchName;
import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.probe.Verdict.Untested;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** From what the wire did to what it means. */
final class Judge {

  /** Response codes by number (RFC 1035 §4.1.1). */
  private static final int NOERROR = 0;

  private static final int SERVFAIL = 2;
  private static final int NXDOMAIN = 3;
  private static final int REFUSED = 5;

  private Judge() {}

  /**
   * Judges one reply.
   *
   * @param took from the first octet sent to the last received; empty when it could not be
   *     measured, and then nothing is late
   */
  static Verdict judge(Question question, Reply reply, Optional<Duration> took, Duration late) {
    return switch (reply) {
      case Answered answered ->
          judge(question, answered, took.filter(t -> t.compareTo(late) > 0).isPresent());
      case Reply.Malformed _ -> new Failed(Reason.MALFORMED);
      case Reply.TimedOut _ -> new Failed(Reason.TIMEOUT);
      case Reply.PortUnreachable _ -> new Failed(Reason.PORT_UNREACHABLE);
      case Reply.ConnectionRefused _ -> new Failed(Reason.CONNECTION_REFUSED);
      case Reply.ConnectionReset _, Reply.StreamEnded _ -> new Failed(Reason.CONNECTION_RESET);
      case Reply.Prohibited _ -> new Failed(Reason.PROHIBITED);
      case Reply.NoRoute _ -> new Failed(Reason.NO_ROUTE);
      case Reply.LocalDenied _ -> new Failed(Reason.LOCAL_DENIED);
      case Reply.NotSent(Cause cause, _) -> new Untested(cause);
    };
  }

  /** A wrong answer keeps its own reason however late it is; only a right one can be late. */
  private static Verdict judge(Question question, Answered answered, boolean late) {
    Optional<Reason> wrong =
        switch (question.expected()) {
          case Records records -> wrong(question, records, answered);
          case NoSuchName _ -> wrongUnlessNoSuchName(answered);
        };
    if (wrong.isPresent()) {
      return new Failed(wrong.get());
    }
    return late ? new Failed(Reason.LATE) : new Good();
  }

  private static Optional<Reason> wrong(Question question, Records records, Answered answered) {
    if (answered.rcode() != NOERROR) {
      return Optional.of(reasonOf(answered.rcode()));
    }
    if (answered.truncated()) {
      return records.truncated() ? Optional.empty() : Optional.of(Reason.TRUNCATED);
    }
    List<Answer> found = recordsOf(question, answered.answers());
    if (found.isEmpty()) {
      return Optional.of(Reason.NODATA);
    }
    return within(records.within(), found) ? Optional.empty() : Optional.of(Reason.WRONG_ADDRESS);
  }

  private static Optional<Reason> wrongUnlessNoSuchName(Answered answered) {
    return switch (answered.rcode()) {
      case NXDOMAIN -> Optional.empty();
      case NOERROR ->
          Optional.of(answered.answers().isEmpty() ? Reason.NODATA : Reason.WRONG_ADDRESS);
      default -> Optional.of(reasonOf(answered.rcode()));
    };
  }

  private static Reason reasonOf(int rcode) {
    return switch (rcode) {
      case SERVFAIL -> Reason.SERVFAIL;
      case NXDOMAIN -> Reason.NXDOMAIN;
      case REFUSED -> Reason.REFUSED;
      default -> Reason.OTHER_RCODE;
    };
  }

  /**
   * The records of the type asked for that belong to the name asked for, or to one that its CNAMEs
   * lead to (RFC 1034 §3.6.2).
   */
  private static List<Answer> recordsOf(Question question, List<Answer> answers) {
    Set<String> names = new HashSet<>();
    names.add(canonical(question.name()));
    boolean grew = true;
    while (grew) { // a server need not send the chain in order
      grew = false;
      for (Answer answer : answers) {
        boolean follows =
            answer.type().equals(RecordType.CNAME.name())
                && names.contains(canonical(answer.name()));
        grew |= follows && names.add(canonical(answer.data()));
      }
    }
    List<Answer> found = new ArrayList<>();
    for (Answer answer : answers) {
      if (answer.type().equals(question.type().name())
          && names.contains(canonical(answer.name()))) {
        found.add(answer);
      }
    }
    return found;
  }

  private static boolean within(List<Cidr> blocks, List<Answer> addresses) {
    return blocks.isEmpty() || addresses.stream().allMatch(address -> within(blocks, address));
  }

  private static boolean within(List<Cidr> blocks, Answer address) {
    InetAddress literal = InetAddress.ofLiteral(address.data());
    return blocks.stream().anyMatch(block -> block.contains(literal));
  }

  /** Names are compared without regard to case (RFC 4343). */
  private static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
