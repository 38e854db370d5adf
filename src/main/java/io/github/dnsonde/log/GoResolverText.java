package io.github.dnsonde.log;

import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Failures in the words of Go's resolver, which people have in the logs of their applications and
 * search for: package net, {@code DNSError} and {@code OpError} in net.go, the errors in
 * dnsclient_unix.go, the texts of errno in package syscall.
 */
final class GoResolverText {

  private GoResolverText() {}

  /** {@code lookup example.com. on 10.96.0.10:53}. */
  static String lookup(Probe probe) {
    return "lookup " + probe.question().name() + " on " + probe.server().hostPort();
  }

  /** What became of a question that failed. */
  static String failure(Outcome outcome, Reason reason) {
    return switch (outcome.reply()) {
      case Answered _ -> answer(reason);
      case Reply.Malformed _ -> "cannot unmarshal DNS message";
      case Reply.TimedOut(Reply.Phase phase, int _) ->
          switch (phase) {
            case CONNECT -> dial(outcome) + ": i/o timeout";
            case RESPONSE -> on("read", outcome) + ": i/o timeout";
          };
      case Reply.PortUnreachable _ -> call("read", outcome, "connection refused");
      case Reply.ConnectionRefused _ -> call("read", outcome, "connection refused");
      case Reply.ConnectionReset _ -> on("read", outcome) + ": read: connection reset by peer";
      case Reply.StreamEnded(int octets) ->
          octets == 0 ? "EOF" : "unexpected EOF"; // Go names no connection
      case Reply.Prohibited(Errno errno) -> call("read", outcome, text(errno));
      case Reply.NoRoute(Errno errno) -> call("read", outcome, text(errno));
      case Reply.PathFailed(String error) -> call("read", outcome, lowerCase(error));
      case Reply.LocalDenied(Errno errno) -> call("write", outcome, text(errno));
      case Reply.NotSent _ -> reason.label();
    };
  }

  /** What the message leaves out; empty when that is nothing. */
  static String detail(Outcome outcome) {
    return Stream.of(detail(outcome.reply(), outcome.verdict()), outcome.ignored().text())
        .flatMap(Optional::stream)
        .collect(Collectors.joining("; "));
  }

  private static Optional<String> detail(Reply reply, Verdict verdict) {
    return switch (reply) {
      case Answered answered ->
          verdict.equals(new Verdict.Failed(Reason.WRONG_ADDRESS))
              ? Optional.of(answers(answered))
              : reply.detail();
      case Reply.TimedOut(_, int octets) when octets == 0 -> Optional.empty();
      case Reply.Malformed _, Reply.StreamEnded _, Reply.NotSent _, Reply.TimedOut _ ->
          reply.detail();
      case Reply.PortUnreachable _,
          Reply.ConnectionRefused _,
          Reply.ConnectionReset _,
          Reply.Prohibited _,
          Reply.NoRoute _,
          Reply.PathFailed _,
          Reply.LocalDenied _ ->
          Optional.empty();
    };
  }

  private static String answers(Answered answered) {
    int more = answered.count() - answered.answers().size();
    return answered.answers().stream().map(Answer::toString).collect(Collectors.joining(", "))
        + (more == 0 ? "" : " and " + more + " more");
  }

  /** Where Go has no words of its own, ours are as short. */
  private static String answer(Reason reason) {
    return switch (reason) {
      case SERVFAIL, REFUSED, OTHER_RCODE -> "server misbehaving";
      case NXDOMAIN, NODATA -> "no such host";
      case REFERRAL -> "lame referral";
      case TRUNCATED -> "truncated answer";
      case WRONG_ADDRESS -> "wrong address";
      case LATE -> "late answer";
      case MALFORMED -> "cannot unmarshal DNS message";
      case TIMEOUT,
          PORT_UNREACHABLE,
          CONNECTION_REFUSED,
          CONNECTION_RESET,
          PROHIBITED,
          NO_ROUTE,
          LOCAL_DENIED ->
          reason.label();
    };
  }

  /**
   * A failed system call: of a UDP socket with a local address the one named, else connect(2),
   * which is where TCP and routing fail.
   */
  private static String call(String call, Outcome outcome, String error) {
    return outcome.probe().question().transport() == Transport.UDP && local(outcome).isPresent()
        ? on(call, outcome) + ": " + call + ": " + error
        : dial(outcome) + ": connect: " + error;
  }

  /** {@code dial tcp 10.96.0.10:53}. */
  private static String dial(Outcome outcome) {
    return "dial " + network(outcome) + " " + outcome.probe().server().hostPort();
  }

  /** {@code read udp 10.244.3.57:57589->10.96.0.10:53}. */
  private static String on(String operation, Outcome outcome) {
    return operation
        + " "
        + network(outcome)
        + " "
        + local(outcome).map(address -> Addresses.hostPort(address) + "->").orElse("")
        + outcome.probe().server().hostPort();
  }

  private static String network(Outcome outcome) {
    return outcome.probe().question().transport().label();
  }

  /** The local address of a connected socket; before that it is unspecified. */
  private static Optional<InetSocketAddress> local(Outcome outcome) {
    return outcome.local().filter(address -> !address.getAddress().isAnyLocalAddress());
  }

  /** Go's text for an errno: that of the C library in lower case. */
  private static String text(Errno errno) {
    return lowerCase(errno.text());
  }

  private static String lowerCase(String error) {
    return error.toLowerCase(Locale.ROOT);
  }
}
