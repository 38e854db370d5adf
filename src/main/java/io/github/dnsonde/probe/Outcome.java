package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Reply.Answered;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The result of one query of a probe.
 *
 * @param at the time when it was sent, or would have been
 * @param duration from the first octet sent (TCP: the SYN) to the last octet of the answer, the
 *     error or the end of waiting; empty if nothing was sent or the agent was too starved to
 *     measure
 * @param local the source address and port; empty if there was no socket
 * @param ignored messages that arrived meanwhile and did not answer the query
 * @param reply the result on the wire, with at most {@link Answered#MOST_KEPT} records
 */
public record Outcome(
    Probe probe,
    Instant at,
    Optional<Duration> duration,
    Optional<InetSocketAddress> local,
    Ignored ignored,
    Reply reply,
    Verdict verdict) {

  public Outcome {
    requireNonNull(probe, "probe is null");
    requireNonNull(at, "at is null");
    requireNonNull(duration, "duration is null");
    requireNonNull(local, "local is null");
    requireNonNull(ignored, "ignored is null");
    requireNonNull(verdict, "verdict is null");
    reply = reply instanceof Answered answered ? answered.brief() : reply;
    requireNonNull(reply, "reply is null");
  }

  /**
   * Judges a reply before it is shortened.
   *
   * @param late a right answer that took longer is {@link Reason#LATE}
   */
  public static Outcome judged(
      Probe probe,
      Instant at,
      Optional<Duration> duration,
      Optional<InetSocketAddress> local,
      Ignored ignored,
      Reply reply,
      Duration late) {
    Verdict verdict = Judge.judge(probe.question(), reply, duration, late);
    return new Outcome(probe, at, duration, local, ignored, reply, verdict);
  }

  /**
   * Returns the outcome for a vantage that was young. A failure becomes untested, because policy
   * engines program new pods late; its reply still shows what happened.
   */
  public Outcome whileYoung() {
    return verdict instanceof Verdict.Failed
        ? new Outcome(probe, at, duration, local, ignored, reply, new Verdict.Untested(Cause.YOUNG))
        : this;
  }

  /** Returns a copy with another time of sending, because the wall clock was set meanwhile. */
  public Outcome queriedAt(Instant time) {
    return new Outcome(probe, time, duration, local, ignored, reply, verdict);
  }

  /** Returns a copy with times moved by this much, after the wall clock was set. */
  public Outcome clockSet(Duration by) {
    return queriedAt(at.plus(by));
  }

  /**
   * The details that the reason leaves out, for people: the progress of the exchange, and the
   * ignored messages. Empty if there are none.
   */
  public Optional<String> detail() {
    List<String> parts =
        Stream.of(reply.detail(), ignored.text()).flatMap(Optional::stream).toList();
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }

  /** Creates the outcome of a query that was not sent. */
  public static Outcome untested(Probe probe, Instant at, Cause cause, String detail) {
    return new Outcome(
        probe,
        at,
        Optional.empty(),
        Optional.empty(),
        Ignored.NONE,
        new Reply.NotSent(cause, detail),
        new Verdict.Untested(cause));
  }
}
