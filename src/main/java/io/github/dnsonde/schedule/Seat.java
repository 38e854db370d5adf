package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** What the schedule remembers of one probe. All times in the ticker's nanoseconds. */
final class Seat {

  /** A probe asked within this share of a period after it fell due keeps its phase. */
  private static final int ON_TIME = 10;

  final Probe probe;
  private long period;
  private long due;
  private long asked;
  private long interval;
  private boolean failing;
  private boolean inFlight;

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
    due = now - due <= period / ON_TIME ? due + period : now + period;
    asked = now;
    inFlight = true;
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

  boolean failing() {
    return failing;
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
    CRC32 hash = new CRC32();
    hash.update(identity().getBytes(StandardCharsets.UTF_8));
    return (long) (hash.getValue() / (double) (1L << Integer.SIZE) * period);
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
