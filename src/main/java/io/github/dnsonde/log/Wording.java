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
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Failures in the words of Go's resolver, which people have in the logs of their applications and
 * search for: package net, {@code DNSError} and {@code OpError} in net.go, the errors in
 * dnsclient_unix.go, the texts of errno in package syscall.
 */
final class Wording {

  private static final String END_OF_STREAM = "end of stream";

  private Wording() {}

  /** {@code lookup example.com. on 10.96.0.10:53}. */
  static String lookup(Probe probe) {
    return "lookup " + probe.question().name() + " on " + probe.server().hostPort();
  }

  /** What became of a question that failed. */
  static String failure(Outcome outcome, Reason reason) {
    return switch (outcome.reply()) {
      case Answered _ -> answer(reason);
      case Reply.Malformed _ -> "cannot unmarshal DNS message";
      case Reply.TimedOut(Reply.Phase phase) ->
          switch (phase) {
            case CONNECT -> dial(outcome) + ": i/o timeout";
            case RESPONSE -> on("read", outcome) + ": i/o timeout";
          };
      case Reply.PortUnreachable _ -> call("read", outcome, "connection refused");
      case Reply.ConnectionRefused _ -> call("read", outcome, "connection refused");
      case Reply.ConnectionReset(String how) -> reset(outcome, how);
      case Reply.Prohibited(Errno errno) -> call("read", outcome, text(errno));
      case Reply.NoRoute(Errno errno) -> call("read", outcome, text(errno));
      case Reply.LocalDenied(Errno errno) -> call("write", outcome, text(errno));
      case Reply.NotSent _ -> reason.label();
    };
  }

  /** What the message leaves out; empty when that is nothing. */
  static String detail(Outcome outcome) {
    return switch (outcome.reply()) {
      case Answered answered -> detail(answered, outcome.verdict());
      case Reply.Malformed(String what) -> what;
      case Reply.ConnectionReset(String how) -> how;
      case Reply.NotSent(_, String detail) -> detail;
      case Reply.TimedOut _,
          Reply.PortUnreachable _,
          Reply.ConnectionRefused _,
          Reply.Prohibited _,
          Reply.NoRoute _,
          Reply.LocalDenied _ ->
          "";
    };
  }

  private static String detail(Answered answered, Verdict verdict) {
    if (verdict.equals(new Verdict.Failed(Reason.OTHER_RCODE))) {
      return "rcode " + answered.rcode();
    }
    return verdict.equals(new Verdict.Failed(Reason.WRONG_ADDRESS))
        ? answered.answers().stream().map(Answer::toString).collect(Collectors.joining(", "))
        : "";
  }

  /** Where Go has no words of its own, ours are as short. */
  private static String answer(Reason reason) {
    return switch (reason) {
      case SERVFAIL, REFUSED, OTHER_RCODE -> "server misbehaving";
      case NXDOMAIN, NODATA -> "no such host";
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

  /** Go tells the end of a stream without naming the connection. */
  private static String reset(Outcome outcome, String how) {
    if (!how.startsWith(END_OF_STREAM)) {
      return on("read", outcome) + ": read: connection reset by peer";
    }
    return how.contains(" after 0 ") ? "EOF" : "unexpected EOF";
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

  private static String text(Errno errno) {
    return switch (errno) {
      case EPERM -> "operation not permitted";
      case EACCES -> "permission denied";
      case EINVAL -> "invalid argument";
      case ENETUNREACH -> "network is unreachable";
      case EHOSTUNREACH -> "no route to host";
    };
  }
}
