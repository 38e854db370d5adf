package io.github.dnsonde.agent;

import io.github.dnsonde.json.ReportJson;
import io.github.dnsonde.json.ReportReplyJson;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.uplink.Uplink;
import io.github.dnsonde.uplink.UplinkException;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Reports to the controller: every ten seconds, and within a second of a change, at most once a
 * second. Only its own thread waits for the controller. A report is made when it is sent, so there
 * is never more than one; after a failure the next one has the present state. A controller that is
 * busy is left alone for as long as its response asks for.
 */
final class Reporter implements AutoCloseable {

  /** The interval between checks of what is due. */
  static final Duration TURN = Duration.ofMillis(200);

  private static final long PERIOD = Duration.ofSeconds(10).toNanos();

  /** A node that joins gets its part of the work soon: a controller divides every two seconds. */
  private static final long JOINING = Duration.ofSeconds(3).toNanos();

  /** The number of reports that are sent so soon after each other, until a reply has a part. */
  private static final int JOINING_REPORTS = 4;

  private static final long SHORTEST = Duration.ofSeconds(1).toNanos();

  /**
   * The longest pause after failures. An attempt costs a packet, and a controller that is back
   * knows every node within this time.
   */
  private static final long LONGEST_PAUSE = Duration.ofSeconds(10).toNanos();

  private static final Log LOG = Log.named("reports");

  private final Uplink uplink;
  private final Supplier<Optional<Report>> report;
  private final Listener listener;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final LineLimit failureLines;
  private volatile boolean changed;
  private volatile long accepted;
  private long next;
  private long notBefore;
  private int failures;
  private int joining = JOINING_REPORTS;

  /** The receiver of results, on the reporting thread. */
  interface Listener {
    void accepted(ReportReply reply);

    void failed(UplinkException.Why why);
  }

  /**
   * Creates a reporter that has not reported yet.
   *
   * @param report the present report; empty if nothing is known yet
   */
  Reporter(
      Uplink uplink,
      Supplier<Optional<Report>> report,
      Listener listener,
      Ticker ticker,
      RandomGenerator random) {
    this.uplink = uplink;
    this.report = report;
    this.listener = listener;
    this.ticker = ticker;
    this.random = random;
    this.failureLines = new LineLimit(ticker);
    this.accepted = ticker.nanos();
    this.next = ticker.nanos();
    this.notBefore = ticker.nanos();
  }

  /** Notes that the state has changed; any thread may call it. */
  void changed() {
    changed = true;
  }

  /** The time since the last accepted report, or since the start. */
  Duration age() {
    return Duration.ofNanos(ticker.nanos() - accepted);
  }

  /** Sends a report if one is due. Called a few times a second, by one thread. */
  void turn() {
    long now = ticker.nanos();
    if (now - notBefore < 0 || (now - next < 0 && !changed)) {
      return;
    }
    report.get().ifPresent(this::send);
  }

  private void send(Report present) {
    changed = false;
    long began = ticker.nanos();
    notBefore = began + SHORTEST;
    next = began + PERIOD;
    try {
      ReportReply reply =
          uplink.send(
              out -> ReportJson.write(present, out),
              json -> ReportReplyJson.read(new ByteArrayInputStream(json)));
      accepted = ticker.nanos();
      recovered();
      boolean waits = present.work().isPresent() && reply.nodeShare().isEmpty();
      joining = waits ? Math.max(0, joining - 1) : 0;
      next = began + (joining > 0 ? JOINING : PERIOD);
      listener.accepted(reply);
    } catch (UplinkException failure) {
      failed(failure);
    }
  }

  private void recovered() {
    if (failures > 0) {
      LOG.info(Event.of("the controller accepts reports again").with("failures", failures));
      failures = 0;
    }
  }

  private void failed(UplinkException failure) {
    failures++;
    long pause = Math.min(LONGEST_PAUSE, SHORTEST << Math.min(failures - 1, 10));
    long own = random.nextLong(pause / 2, pause + 1);
    notBefore = ticker.nanos() + Math.max(own, jittered(failure.retryAfter()));
    next = notBefore;
    listener.failed(failure.why());
    failureLines.event();
    long count = failureLines.take();
    if (count > 0) {
      LOG.warn(
          Event.of("report not accepted; probes and metrics are not affected")
              .with("reason", failure.why().label())
              .with("why", String.valueOf(failure.getMessage()))
              .with("count", count));
    }
  }

  /** No less than the controller asks for, and up to half more: agents come back one by one. */
  private long jittered(Duration retryAfter) {
    long asked = retryAfter.toNanos();
    return random.nextLong(asked, asked + asked / 2 + 1);
  }

  /** Ends a report that is being sent. */
  @Override
  public void close() {
    uplink.close();
  }
}
