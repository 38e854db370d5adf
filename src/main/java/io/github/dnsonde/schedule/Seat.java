package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32;

/** What the schedule remembers of one probe. All times in the ticker's nanoseconds. */
final class Seat {

  /** A probe asked within this share of a period after it fell due keeps its phase. */
  private static final int ON_TIME = 10;

  /** How long a probe is asked more often after something changed about its vantage. */
  private static final long HURRY = Duration.ofSeconds(15).toNanos();

  /** How often: a policy engine may take a while, and nobody wants a storm meanwhile. */
  private static final long HURRIED_PERIOD = Duration.ofMillis(500).toNanos();

  /** The first turn comes so much later, give or take a half: a thousand agents hear at once. */
  private static final long FIRST = Duration.ofSeconds(1).toNanos();

  final Probe probe;
  private long period;
  private long due;
  private long asked;
  private long interval;
  private boolean failing;
  private boolean inFlight;
  private boolean hurried;
  private long hurriedSince;

  Seat(Probe probe, long period, long now) {
    this.probe = probe;
    this.period = period;
    this.interval = period;
    this.due = now + phase();
    this.asked = due - period; // as if it had kept its phase so far: fair beside those that did
  }

  /** Another period; the first turn under it comes at the probe's phase, within one period. */
  void period(long changed, long now) {
    period = changed;
    interval = changed;
    due = now + phase();
  }

  void ask(long now) {
    interval = now - asked;
    due = hurried(now) ? now + HURRIED_PERIOD : next(now);
    asked = now;
    inFlight = true;
  }

  private long next(long now) {
    return now - due <= period / ON_TIME ? due + period : now + period;
  }

  /**
   * Asked again within one and a half seconds, and twice a second for a while. The first turn is
   * spread by the phase, so that a thousand agents do not come at once.
   */
  void hurry(long now) {
    hurried = true;
    hurriedSince = now;
    due = Math.min(due, now + FIRST / 2 + (long) (share() * FIRST));
  }

  private boolean hurried(long now) {
    hurried = hurried && now - hurriedSince < HURRY;
    return hurried;
  }

  /** This turn is lost; the next comes with the next period. */
  void skip(long now) {
    due = now + period;
  }

  void answered() {
    inFlight = false;
  }

  void failing(boolean now) {
    failing = now;
  }

  long due() {
    return due;
  }

  /** When it was asked last. */
  long asked() {
    return asked;
  }

  /** Whether it goes before the others: it fails, or something changed about its vantage. */
  boolean urgent(long now) {
    return failing || hurried(now);
  }

  boolean inFlight() {
    return inFlight;
  }

  /** Whether a whole period went by since it fell due. */
  boolean overdue(long now) {
    return now - due >= period;
  }

  /** From one asking to the next: what it was, or, where that is more, what it has become. */
  long interval(long now) {
    return Math.max(interval, now - asked);
  }

  /**
   * Where in the period this probe has its place: the same after a restart, another on another
   * node.
   */
  private long phase() {
    return (long) (share() * period);
  }

  /** 0 to 1, the latter not included. */
  private double share() {
    CRC32 hash = new CRC32();
    hash.update(identity().getBytes(StandardCharsets.UTF_8));
    return hash.getValue() / (double) (1L << Integer.SIZE);
  }

  private String identity() {
    Vantage vantage = probe.vantage();
    Server server = probe.server();
    return String.join(
        " ",
        vantage.node(),
        vantage.namespace(),
        vantage.workload(),
        vantage.pod(),
        server.name(),
        server.hostPort(),
        probe.question().name(),
        probe.question().type().name(),
        probe.question().transport().name());
  }
}
