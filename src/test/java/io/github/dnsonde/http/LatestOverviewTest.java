package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.testkit.SampleReports;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LatestOverviewTest {

  private final AtomicInteger made = new AtomicInteger();
  private final LatestOverview latest =
      new LatestOverview(
          () -> {
            made.incrementAndGet();
            return SampleReports.overview();
          });

  /** An overview of a thousand nodes takes megabytes, and pages that do not stream read it too. */
  @Test
  void whoReadsOnceSharesTheOverviewOfTheStreams() {
    Overview ofStreams = latest.get();
    assertSame(ofStreams, latest.once());
    assertEquals(1, made.get());
  }

  /** Otherwise a command would show the past, and the memory would stay in use. */
  @Test
  void withoutAStreamNothingIsKept() {
    Overview first = latest.once();
    assertNotSame(first, latest.once());
    assertEquals(2, made.get());
    latest.get();
    latest.forget();
    latest.once();
    assertEquals(4, made.get());
  }
}
