package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One question asked once, and what became of it.
 *
 * @param at when it was asked, or would have been
 * @param duration from the first octet sent (TCP: the SYN) to the last octet of the answer, the
 *     error or the end of waiting; empty when nothing was sent or the agent was too starved to
 *     measure
 * @param local the address and port it was asked from; empty when there was no socket
 * @param ignored messages that came meanwhile and were no answer to it: a wrong id or a wrong
 *     question (RFC 5452 §9.1)
 */
public record Outcome(
    Probe probe,
    Instant at,
    Optional<Duration> duration,
    Optional<InetSocketAddress> local,
    int ignored,
    Reply reply,
    Verdict verdict) {

  public Outcome {
    requireNonNull(probe, "probe is null");
    requireNonNull(at, "at is null");
    requireNonNull(duration, "duration is null");
    requireNonNull(local, "local is null");
    requireNonNull(reply, "reply is null");
    requireNonNull(verdict, "verdict is null");
  }

  /**
   * Judges what came back.
   *
   * @param late a right answer that took longer is {@link Reason#LATE}
   */
  public static Outcome judged(
      Probe probe,
      Instant at,
      Optional<Duration> duration,
      Optional<InetSocketAddress> local,
      int ignored,
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

  /** The same, asked at this time of day: the clock was set meanwhile. */
  public Outcome askedAt(Instant time) {
    return new Outcome(probe, time, duration, local, ignored, reply, verdict);
  }

  /** The same after the clock of the day was set by so much. */
  public Outcome clockSet(Duration by) {
    return askedAt(at.plus(by));
  }

  /** A question that was not asked at all. */
  public static Outcome untested(Probe probe, Instant at, Cause cause, String detail) {
    return new Outcome(
        probe,
        at,
        Optional.empty(),
        Optional.empty(),
        0,
        new Reply.NotSent(cause, detail),
        new Verdict.Untested(cause));
  }
}
