package io.github.dnsonde.probe;

import io.github.dnsonde.probe.Expectation.NoSuchName;
import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.probe.Verdict.Untested;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges replies: translates the result on the wire into a verdict. */
final class Judge {

  private Judge() {}

  /**
   * Judges one reply.
   *
   * @param took the time from the first octet sent to the last received; empty if it could not be
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
      case Reply.NoRoute _, Reply.PathFailed _ -> new Failed(Reason.NO_ROUTE);
      case Reply.LocalDenied _ -> new Failed(Reason.LOCAL_DENIED);
      case Reply.NotSent(Cause cause, _) -> new Untested(cause);
    };
  }

  /** A wrong answer keeps its own reason even if it is late; only a right one can be late. */
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
    if (answered.rcode() != Rcode.NOERROR.code()) {
      return Optional.of(reasonOf(answered.rcode()));
    }
    if (answered.truncated()) {
      return records.truncated() ? Optional.empty() : Optional.of(Reason.TRUNCATED);
    }
    List<Answer> found = recordsOf(question, answered.answers());
    if (found.isEmpty()) {
      return Optional.of(answered.referral() ? Reason.REFERRAL : Reason.NODATA);
    }
    return within(records.within(), found) ? Optional.empty() : Optional.of(Reason.WRONG_ADDRESS);
  }

  private static Optional<Reason> wrongUnlessNoSuchName(Answered answered) {
    if (answered.rcode() == Rcode.NXDOMAIN.code()) {
      return Optional.empty();
    }
    if (answered.rcode() != Rcode.NOERROR.code()) {
      return Optional.of(reasonOf(answered.rcode()));
    }
    if (answered.answers().stream().anyMatch(Answer::isOfInternet)) {
      return Optional.of(Reason.WRONG_ADDRESS);
    }
    return Optional.of(answered.referral() ? Reason.REFERRAL : Reason.NODATA);
  }

  private static Reason reasonOf(int rcode) {
    if (rcode == Rcode.SERVFAIL.code()) {
      return Reason.SERVFAIL;
    }
    if (rcode == Rcode.NXDOMAIN.code()) {
      return Reason.NXDOMAIN;
    }
    return rcode == Rcode.REFUSED.code() ? Reason.REFUSED : Reason.OTHER_RCODE;
  }

  /**
   * The records of the queried type that belong to the queried name, or to one that its CNAMEs lead
   * to (RFC 1034 §3.6.2).
   */
  private static List<Answer> recordsOf(Question question, List<Answer> answers) {
    Set<String> names = names(question, answers);
    List<Answer> found = new ArrayList<>();
    for (Answer answer : answers) {
      if (answer.is(question.type()) && names.contains(canonical(answer.name()))) {
        found.add(answer);
      }
    }
    return found;
  }

  /**
   * The queried name and its aliases. A server need not send the chain in order, and a hostile one
   * can send thousands of links, so each link is followed once.
   */
  private static Set<String> names(Question question, List<Answer> answers) {
    Map<String, List<String>> aliases = new HashMap<>();
    for (Answer answer : answers) {
      if (answer.is(RecordType.CNAME)) {
        aliases
            .computeIfAbsent(canonical(answer.name()), _ -> new ArrayList<>())
            .add(canonical(answer.data()));
      }
    }
    Set<String> names = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(canonical(question.name())));
    while (!next.isEmpty()) {
      String name = next.remove();
      if (names.add(name)) {
        next.addAll(aliases.getOrDefault(name, List.of()));
      }
    }
    return names;
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
