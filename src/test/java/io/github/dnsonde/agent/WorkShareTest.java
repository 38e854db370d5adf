package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.divide.NodeDivision;
import io.github.dnsonde.divide.NodeWork;
import io.github.dnsonde.divide.Terms;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.ReportReply.CoreClass;
import io.github.dnsonde.report.ReportReply.NodeShare;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The node's part of the work, with and without a controller. */
class WorkShareTest {

  private static final Terms TERMS = Terms.of(100, 10, Duration.ofSeconds(10));
  private static final NodeWork NO_WORK = new NodeWork("node", "", List.of(), 0, 0, 0);
  private static final ClassKey SHOP = new ClassKey("shop", "-");
  private static final long CLOCK = 1_750_000_000_000L;

  private final FakeTicker ticker = new FakeTicker();

  @Test
  void withoutAControllerItIsAnEqualShareAtOnce() {
    assertEquals(10, new WorkShare(ticker, false).limit(TERMS));
  }

  @Test
  void untilTheFirstReplyItIsATenthForHalfAMinute() {
    WorkShare share = new WorkShare(ticker, true);
    assertEquals(1, share.limit(TERMS));
    ticker.advance(Duration.ofSeconds(30));
    assertEquals(10, share.limit(TERMS));
    share.take(reply(12, CLOCK));
    assertEquals(12, share.limit(TERMS));
  }

  /** Nothing else makes a new plan while the controller is unreachable. */
  @Test
  void theEndOfTheWaitIsNewsOnce() {
    WorkShare share = new WorkShare(ticker, true);
    assertFalse(share.waited());
    ticker.advance(Duration.ofSeconds(30));
    assertTrue(share.waited());
    assertFalse(share.waited());
    assertFalse(new WorkShare(ticker, false).waited());
  }

  /** The controller counts with it: a smaller share is reported when the larger one is not used. */
  @Test
  void theLargestLimitThatMayBeInUseIsReported() {
    WorkShare share = new WorkShare(ticker, true);
    share.take(reply(12, CLOCK));
    assertEquals(12, share.most(1), "the schedule may take it in a moment");
    share.pace(Pace.DEFAULT, TERMS, share.division(TERMS, NO_WORK));
    share.take(reply(4, CLOCK));
    assertEquals(12, share.most(12), "still in force");
    share.pace(Pace.DEFAULT, TERMS, share.division(TERMS, NO_WORK));
    assertEquals(12, share.most(4), "the schedule is switching");
    ticker.advance(Duration.ofSeconds(2));
    assertEquals(4, share.most(4));
  }

  @Test
  void aReplyStaysInForceWhenTheControllerIsLost() {
    WorkShare share = new WorkShare(ticker, true);
    assertTrue(share.take(reply(12, CLOCK)));
    ticker.advance(Duration.ofHours(5));
    NodeDivision division = share.division(TERMS, NO_WORK);
    assertEquals(new Role.Core(2, 3), division.role(SHOP));
    assertEquals(Role.BACKGROUND, division.role(new ClassKey("pay", "-")));
    assertEquals(12, share.limit(TERMS));
  }

  @Test
  void noShareIsMoreThanTwiceAnEqualOne() {
    WorkShare share = new WorkShare(ticker, true);
    share.take(reply(90, CLOCK));
    assertEquals(20, share.limit(TERMS));
  }

  @Test
  void turnsFollowTheControllersClock() {
    WorkShare share = new WorkShare(ticker, true);
    share.take(reply(12, CLOCK));
    Pace pace = share.pace(Pace.DEFAULT, TERMS, share.division(TERMS, NO_WORK));
    assertEquals(
        CLOCK,
        Duration.ofNanos(ticker.nanos() - pace.share().origin()).toMillis(),
        "its clock now");
    assertEquals(Duration.ofMinutes(5), pace.share().background());
    assertEquals(12, pace.offNode());
  }

  @Test
  void theSameReplyALittleLaterChangesNothing() {
    WorkShare share = new WorkShare(ticker, true);
    share.take(reply(12, CLOCK));
    ticker.advance(Duration.ofSeconds(10));
    assertFalse(share.take(reply(12, CLOCK + 9_700)));
    assertTrue(share.take(reply(12, CLOCK + 15_000)), "a restarted controller's clock");
    assertTrue(share.take(reply(13, CLOCK + 15_000)));
  }

  private static NodeShare reply(double share, long clock) {
    return new NodeShare(
        share, false, Duration.ofMinutes(5), clock, List.of(new CoreClass(SHOP, 2, 3)));
  }
}
