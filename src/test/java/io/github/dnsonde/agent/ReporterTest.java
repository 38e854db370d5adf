package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.ReportSink;
import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.uplink.Uplink;
import io.github.dnsonde.uplink.UplinkException.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ReporterTest {

  @TempDir private Path folder;

  private final FakeTicker ticker = new FakeTicker();
  private final List<ReportReply> replies = new ArrayList<>();
  private final List<Why> failures = new ArrayList<>();
  private int made;
  private boolean known = true;
  private boolean working;
  private ReportSink sink;
  private Reporter reporter;

  @BeforeEach
  void start() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "abc.def.ghi");
    sink = ReportSink.start(folder);
    reporter =
        new Reporter(
            new Uplink(
                new Uplink.Setup(
                    ReportSink.NAME,
                    sink.authorities(),
                    token,
                    sink::address,
                    Duration.ofSeconds(5))),
            this::report,
            new Results(),
            ticker,
            new Random(1));
  }

  @AfterEach
  void stop() {
    reporter.close();
    sink.close();
  }

  private Optional<Report> report() {
    made++;
    Report report =
        working
            ? SampleReports.working("node-a", new ReportedWork(1, 2, 0, List.of()))
            : SampleReports.empty("node-a");
    return known ? Optional.of(report) : Optional.empty();
  }

  private final class Results implements Reporter.Listener {
    @Override
    public void accepted(ReportReply reply) {
      replies.add(reply);
    }

    @Override
    public void failed(Why why) {
      failures.add(why);
    }
  }

  /** Lets time pass in the steps in which the agent looks. */
  private void pass(Duration time) {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(time) < 0;
        passed = passed.plus(Reporter.TURN)) {
      ticker.advance(Reporter.TURN);
      reporter.turn();
    }
  }

  @Test
  void aReportIsSentAtOnceAndThenEveryTenSeconds() {
    reporter.turn();
    assertEquals(1, sink.reports().size());
    pass(Duration.ofSeconds(60));
    assertEquals(7, sink.reports().size());
    assertEquals(7, replies.size());
  }

  /** A controller that does not divide costs a joining agent three reports. */
  @Test
  void anAgentThatHasNoPartOfTheWorkYetReportsSoonThreeTimes() {
    working = true;
    reporter.turn();
    pass(Duration.ofSeconds(9));
    assertEquals(4, sink.reports().size(), "every three seconds");
    pass(Duration.ofSeconds(30));
    assertEquals(7, sink.reports().size(), "every ten seconds");
  }

  @Test
  void aChangeIsReportedWithinASecondAndAtMostOnceASecond() {
    reporter.turn();
    pass(Duration.ofSeconds(3));
    reporter.changed();
    pass(Reporter.TURN);
    assertEquals(2, sink.reports().size());
    for (int i = 0; i < 50; i++) {
      reporter.changed();
      pass(Reporter.TURN);
    }
    assertEquals(12, sink.reports().size(), "one a second for ten seconds");
  }

  @Test
  void nothingIsSentBeforeAnythingIsKnown() {
    known = false;
    pass(Duration.ofSeconds(5));
    assertEquals(0, sink.reports().size());
    known = true;
    pass(Reporter.TURN);
    assertEquals(1, sink.reports().size());
  }

  @Tag("long")
  @Test
  void failuresAreRetriedEverLessOftenAndNoReportIsKept() {
    reporter.turn();
    sink.refuses(true);
    pass(Duration.ofMinutes(10));
    int attempts = failures.size();
    assertTrue(attempts >= 60 && attempts <= 125, "10 s at most: " + attempts);
    assertEquals(made, replies.size() + attempts, "made when sent, and only then");
    assertTrue(reporter.age().compareTo(Duration.ofMinutes(10)) >= 0);
    sink.refuses(false);
    pass(Duration.ofSeconds(11));
    assertEquals(2, sink.reports().size(), "the present state only");
    assertTrue(reporter.age().compareTo(Duration.ofSeconds(11)) <= 0);
  }

  /** Two attempts, and no third one before the time that the controller asked for. */
  @Test
  void aBusyControllerIsLeftAlone() {
    sink.refuses(Reason.BUSY);
    reporter.turn();
    assertEquals(1, failures.size());
    for (int i = 0; i < 24; i++) {
      reporter.changed(); // a change is no reason to come sooner
      pass(Reporter.TURN);
    }
    assertEquals(1, failures.size(), "within five seconds");
    pass(Duration.ofSeconds(3));
    assertEquals(2, failures.size(), "within seven and a half");
    sink.refuses(false);
    pass(Duration.ofSeconds(8));
    assertEquals(1, sink.reports().size());
  }

  @Test
  void aControllerThatIsBackIsFoundWithinTenSeconds() throws IOException {
    reporter.turn();
    int port = sink.address().getPort();
    sink.close();
    pass(Duration.ofMinutes(1));
    assertTrue(failures.contains(Why.UNREACHABLE), failures::toString);
    sink = ReportSink.start(folder, port); // with another authority
    pass(Duration.ofSeconds(11));
    assertEquals(2, replies.size());
  }

  @Test
  void aReplyWithUnknownFieldsIsRead() {
    sink.replies("{\"later\": {\"a\": [1]}, \"nodeShare\": null}");
    reporter.turn();
    assertEquals(List.of(ReportReply.NONE), replies);
  }
}
