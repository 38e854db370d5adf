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
 * One question asked once, and what became of it.
 *
 * @param at when it was asked, or would have been
 * @param duration from the first octet sent (TCP: the SYN) to the last octet of the answer, the
 *     error or the end of waiting; empty when nothing was sent or the agent was too starved to
 *     measure
 * @param local the address and port it was asked from; empty when there was no socket
 * @param ignored messages that arrived meanwhile and were no answer
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
   * Judges what came back, before anything of it is cut.
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
   * The same from a vantage that was young: a failure is untested, since engines program new pods
   * late; its reply tells what was seen.
   */
  public Outcome whileYoung() {
    return verdict instanceof Verdict.Failed
        ? new Outcome(probe, at, duration, local, ignored, reply, new Verdict.Untested(Cause.YOUNG))
        : this;
  }

  /** The same, with another time of sending: the wall clock was set meanwhile. */
  public Outcome askedAt(Instant time) {
    return new Outcome(probe, time, duration, local, ignored, reply, verdict);
  }

  /** The same, after the wall clock was set by this much. */
  public Outcome clockSet(Duration by) {
    return askedAt(at.plus(by));
  }

  /**
   * The details that the reason leaves out, for people: how far the exchange got, and which
   * messages were ignored. Empty if there are none.
   */
  public Optional<String> detail() {
    List<String> parts =
        Stream.of(reply.detail(), ignored.text()).flatMap(Optional::stream).toList();
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }

  /** A question that was not asked at all. */
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
