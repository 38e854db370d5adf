package io.github.dnsonde.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleLookups;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairDoubtsTest {

  private static final Vantage SHOP = SampleOutcomes.vantage("shop");
  private static final Server SERVER = SampleOutcomes.KUBE_DNS;
  private static final Lookup LOOKUP = SampleLookups.lookup(SHOP, ResolverKind.GLIBC);

  private final PairDoubts doubts = new PairDoubts();

  @Test
  void aLostReplyLetsTheNextPairsBeCompared() {
    doubts.take(pair(2));
    doubts.take(pair(0));
    assertFalse(doubts.compare(SHOP, SERVER), "an outage is no race");
    doubts.take(pair(1));
    assertFalse(doubts.compare(SampleOutcomes.vantage("payments"), SERVER));
    long compared =
        IntStream.range(0, 2 * PairDoubts.COMPARED)
            .filter(_ -> doubts.compare(SHOP, SERVER))
            .count();
    assertEquals(PairDoubts.COMPARED, compared);
  }

  @Test
  void vantagesThatDoNotLookUpAreForgotten() {
    doubts.take(pair(1));
    doubts.follow(Plan.EMPTY.lookingUp(List.of(LOOKUP)));
    assertTrue(doubts.compare(SHOP, SERVER));
    doubts.follow(Plan.EMPTY);
    assertFalse(doubts.compare(SHOP, SERVER));
  }

  private static QueryPair pair(int replies) {
    return new QueryPair(SHOP, SERVER, replies, Optional.empty());
  }
}
