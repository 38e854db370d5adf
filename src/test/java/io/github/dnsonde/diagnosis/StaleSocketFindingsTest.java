package io.github.dnsonde.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.probe.StaleSocket;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaleSocketFindingsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void aNamespaceHasOneFindingWithTheAgeOfEachSocket() {
    List<Finding> findings =
        StaleSocketFindings.of(
            List.of(socket("shop", 9), socket("shop", 5), socket("payments", 7)));
    assertEquals(
        List.of(List.of("payments"), List.of("shop")),
        findings.stream().map(finding -> finding.subject().namespaces()).toList());
    Finding shop = findings.getLast();
    assertEquals(Code.OLD_SOCKETS_FAIL, shop.code());
    assertEquals(NOON.plusSeconds(5), shop.since(), "the first one");
    assertEquals(List.of("kube-dns"), shop.subject().servers());
    assertEquals(2, shop.evidence().size());
    assertTrue(shop.evidence().getFirst().contains("opened at "), shop.evidence()::toString);
    assertTrue(shop.sentence().contains("NGINX"), shop::sentence);
    assertFalse(shop.code().hurts(), "programs that open new sockets work");
    assertTrue(shop.code().isOfAgent());
    assertEquals(List.of(), StaleSocketFindings.of(List.of()));
  }

  private static StaleSocket socket(String namespace, int since) {
    return new StaleSocket(
        SampleOutcomes.vantage(namespace),
        SampleOutcomes.KUBE_DNS,
        NOON.minus(Duration.ofHours(1)),
        NOON.plusSeconds(since));
  }
}
