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
 * Failures in the words of Go's resolver, which appear in the logs of applications and are
 * therefore searched for: package net, {@code DNSError} and {@code OpError} in net.go, the errors
 * in dnsclient_unix.go, the texts of errno in package syscall.
 */
final class GoResolverText {

  private GoResolverText() {}

  /** The beginning, such as {@code lookup example.com. on 10.96.0.10:53}. */
  static String lookup(Probe probe) {
    return "lookup " + probe.question().name() + " on " + probe.server().hostPort();
  }

  /** The description of a failed query. */
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
          octets == 0 ? "EOF" : "unexpected EOF"; // Go does not name the connection here
      case Reply.Prohibited(Errno errno) -> call("read", outcome, text(errno));
      case Reply.NoRoute(Errno errno) -> call("read", outcome, text(errno));
      case Reply.PathFailed(String error) -> call("read", outcome, lowerCase(error));
      case Reply.LocalDenied(Errno errno) -> call("write", outcome, text(errno));
      case Reply.NotSent _ -> reason.label();
    };
  }

  /** The details that the message leaves out; empty if there are none. */
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

  /** The text for a reason. If Go has no text for it, ours is as short. */
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
   * The text of a failed system call. For a UDP socket with a local address it names {@code call},
   * otherwise connect(2), where TCP and routing fail.
   */
  private static String call(String call, Outcome outcome, String error) {
    return outcome.probe().question().transport() == Transport.UDP && local(outcome).isPresent()
        ? on(call, outcome) + ": " + call + ": " + error
        : dial(outcome) + ": connect: " + error;
  }

  /** Names the server, such as {@code dial tcp 10.96.0.10:53}. */
  private static String dial(Outcome outcome) {
    return "dial " + network(outcome) + " " + outcome.probe().server().hostPort();
  }

  /** Names both ends, such as {@code read udp 10.244.3.57:57589->10.96.0.10:53}. */
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

  /** The local address of a connected socket; before connecting it is unspecified. */
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
