package io.github.dnsonde.merge;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The outage of a whole cluster, in which a controller is needed most. */
@Tag("long")
@Timeout(120)
class LargeOutageTest {

  /** A fifth of the largest cluster. */
  private static final int NODES = 200;

  private static final int VANTAGES = 85;

  /** Reports and pods take 27 MiB, explanations 28 MiB. */
  private static final String HEAP = "-Xmx72m";

  @Test
  void theExplanationsOfAllNodesFitIntoTheHeap() throws Exception {
    assertEquals("50 findings on 200 nodes\n", child(true));
    assertEquals("1 findings on 200 nodes\n", child(false));
  }

  /** Each second a hundred of a thousand nodes report, and explaining one takes milliseconds. */
  @Test
  void ofManyNodesOnlyThoseThatReportedAreExplainedAgain() {
    LargeOutage outage = new LargeOutage(NodeDiagnoses.AT_ONCE + 1, 4, true);
    JudgedNode first = outage.judged(NOON).getFirst();
    Instant later = NOON.plusSeconds(5);
    assertSame(first, outage.judged(later).getFirst());
    outage.reported(later);
    assertNotSame(first, outage.judged(later).getFirst());
    JudgedNode second = outage.judged(later).getFirst();
    assertNotSame(second, outage.judged(later.plusSeconds(10)).getFirst(), "time passes");
    LargeOutage small = new LargeOutage(3, 4, true);
    assertNotSame(small.judged(NOON).getFirst(), small.judged(NOON).getFirst());
  }

  @Test
  void theFindingsOfAThousandNodesAreMergedWithinASecond() {
    for (Code code : List.of(Code.NODE_CUT_OFF, Code.UNEXPLAINED)) {
      List<JudgedNode> nodes = new LargeOutage(1_000, VANTAGES, false).judgedAs(code);
      List<Duration> took = new ArrayList<>();
      for (int i = 0; i < 3; i++) { // the compiler and other programs take time, too
        took.add(merging(nodes));
      }
      assertTrue(Collections.min(took).toMillis() < 1_000, () -> code + " took " + took);
    }
  }

  private static Duration merging(List<JudgedNode> nodes) {
    long begin = cpu();
    List<Finding> found = ClusterFindings.of(nodes, Map.of(), NOON).all();
    Duration took = Duration.ofNanos(cpu() - begin);
    assertEquals(1, found.size());
    assertEquals(1_000, found.getFirst().subject().nodes().size());
    return took;
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String child(boolean denied) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                System.getProperty("java.class.path"),
                LargeOutage.class.getName(),
                Integer.toString(NODES),
                Integer.toString(VANTAGES),
                Boolean.toString(denied))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), UTF_8);
    child.waitFor();
    return said;
  }
}
