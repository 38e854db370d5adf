package io.github.dnsonde.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reply.NotSent;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log lines about defects. */
class FaultsTest {

  private final FakeTicker ticker = new FakeTicker();
  private final Faults faults = new Faults(ticker);
  private final Logger logger = Logger.getLogger(Faults.class.getName());
  private final Written written = new Written();

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(written);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(written);
    logger.setUseParentHandlers(true);
  }

  @Test
  void aDefectIsLoggedWithItsStackTraceAtMostOnceAMinute() {
    RuntimeException defect = new IllegalStateException("a defect");
    assertEquals(new NotSent(Cause.INTERNAL, "a defect"), faults.notSent(defect));
    for (int i = 0; i < 59; i++) {
      ticker.advance(Duration.ofSeconds(1));
      faults.report(defect);
    }
    assertEquals(1, written.records.size(), "lines within a minute");
    assertEquals(defect, written.records.getFirst().getThrown());

    ticker.advance(Duration.ofSeconds(1));
    faults.report(defect);

    assertEquals(2, written.records.size(), "lines after a minute");
    assertEquals(
        "a defect of the agent made a query fail; such exceptions since the last line: 60",
        written.records.getLast().getMessage());
  }

  @Test
  void anExceptionWithoutAMessageIsNamed() {
    assertEquals(
        new NotSent(Cause.INTERNAL, "NullPointerException"),
        faults.notSent(new NullPointerException()));
  }

  private static final class Written extends Handler {
    private final List<LogRecord> records = new ArrayList<>();

    @Override
    public void publish(LogRecord written) {
      records.add(written);
    }

    @Override
    public void flush() {
      // records are not buffered
    }

    @Override
    public void close() {
      // there is nothing to close
    }
  }
}
