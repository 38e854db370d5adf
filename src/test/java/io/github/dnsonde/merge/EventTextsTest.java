package io.github.dnsonde.merge;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.Forbidden;
import io.github.dnsonde.testkit.Hostile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTextsTest {

  static final List<String> TEXTS = Hostile.TEXTS;

  private static final EventTexts EVENTS = new EventTexts("dnsonde");

  @Test
  void aPolicysEventIsAboutThePolicy() {
    assertEquals(
        List.of(
            new DnsEvent(
                "payments",
                Optional.of("default-deny"),
                "Warning",
                "DNSCutOff",
                "DNS gets no response: queries of pods of this namespace to kube-dns over UDP and"
                    + " TCP, on 2 nodes. NetworkPolicy default-deny isolates them, and no rule"
                    + " allows it. The policy that would fix it: kubectl dnsonde explain payments"
                    + " --fix.")),
        EVENTS.cutOff(finding(Code.EGRESS_DENIED, List.of("payments"), "payments/default-deny")));
  }

  @Test
  void theOwnerIsNamedOnlyIfThereIsOneNamespace() {
    NamespaceOwners owners =
        new NamespaceOwners(Map.of("payments", "team-pay", "shop", "team-shop"));
    Finding one = finding(Code.UNEXPLAINED, List.of("payments")).ownedBy(owners);
    assertTrue(EVENTS.cutOff(one).getFirst().note().endsWith(" Owner: team-pay."), one::toString);
    Finding two = finding(Code.UNEXPLAINED, List.of("payments", "shop")).ownedBy(owners);
    EVENTS.cutOff(two).forEach(event -> assertFalse(event.note().contains("team"), event.note()));
  }

  @Test
  void itsEndIsAnEventOfItsOwn() {
    assertEquals(
        List.of(
            new DnsEvent(
                "payments",
                Optional.of("default-deny"),
                "Normal",
                "DNSRestored",
                "DNS is answered again: queries of pods of this namespace to kube-dns over UDP and"
                    + " TCP, after 90 s.")),
        EVENTS.restored(
            finding(Code.EGRESS_DENIED, List.of("payments"), "payments/default-deny"),
            NOON.plusSeconds(90)));
  }

  @Test
  void withoutAPolicyItIsAboutTheNamespace() {
    DnsEvent event = EVENTS.cutOff(finding(Code.UNEXPLAINED, List.of("payments"))).getFirst();
    assertEquals(Optional.empty(), event.policy());
    assertTrue(
        event.note().endsWith("No NetworkPolicy of this namespace is known to be the cause."),
        event.note());
  }

  /** A cause outside of tenants' namespaces is one Event, where only its readers see it. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "INGRESS_DENIED",
        "NO_ENDPOINTS",
        "CACHE_DOWN",
        "SERVER_DOWN",
        "NODE_CUT_OFF",
        "TRANSPORT_BLOCKED",
        "SERVER_FAILS",
        "UPSTREAM_FAILS",
        "WRONG_ANSWERS",
        "LATE_ANSWERS",
        "NODE_POLICY_DIFFERS"
      })
  void aSharedCauseIsOneEventInTheReleasesNamespace(Code code) {
    List<DnsEvent> events = EVENTS.cutOff(finding(code, List.of("payments", "shop")));
    assertEquals(1, events.size());
    assertEquals("dnsonde", events.getFirst().namespace());
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_ENFORCED", "INTERCEPTED", "NO_AGENT"})
  void whatDoesNotHurtIsNoEvent(Code code) {
    assertEquals(List.of(), EVENTS.cutOff(finding(code, List.of("payments"))));
    assertEquals(List.of(), EVENTS.restored(finding(code, List.of("payments")), NOON));
  }

  /** A tenant must not learn the names of others from an Event. */
  @ParameterizedTest
  @EnumSource
  void aTenantsEventNamesNoOtherTenant(Code code) {
    Finding finding =
        finding(code, List.of("payments", "secret-1"), "payments/deny", "secret-2/secret-3");
    for (List<DnsEvent> events :
        List.of(EVENTS.cutOff(finding), EVENTS.restored(finding, NOON.plusSeconds(1)))) {
      for (DnsEvent event : events) {
        if (event.namespace().equals("payments")) {
          assertFalse(event.toString().contains("secret"), event.toString());
        }
      }
    }
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("TEXTS")
  void aHostileNameIsEscapedAndCut(String text) {
    Finding finding = finding(Code.EGRESS_DENIED, List.of("payments"), "payments/" + text);
    DnsEvent event = EVENTS.cutOff(finding).getFirst();
    Forbidden.check(event.note(), () -> text);
    assertTrue(event.note().length() <= 1_024, event.note());
  }

  /** The API server counts octets, and half a character is none. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\u6f22", "a\ud83d\ude00"})
  void aLongNoteIsCutByItsOctets(String text) {
    Finding finding =
        finding(Code.EGRESS_DENIED, List.of("payments"), "payments/" + text.repeat(900));
    byte[] note = EVENTS.cutOff(finding).getFirst().note().getBytes(UTF_8);
    assertTrue(note.length <= 1_024 && note.length > 1_000, () -> note.length + " octets");
    assertFalse(new String(note, UTF_8).contains("?"), () -> new String(note, UTF_8));
  }

  private static Finding finding(Code code, List<String> namespaces, String... policies) {
    return new Finding(
        code,
        new Finding.Subject(
            namespaces,
            List.of("secret-4/pod"),
            List.of("kube-dns"),
            List.of(Transport.UDP, Transport.TCP),
            List.of("secret-node1", "secret-node2")),
        Finding.Confidence.LIKELY,
        NOON,
        "It is found for secret-1.",
        List.of("Answered: secret-5."),
        List.of(policies),
        Optional.empty());
  }
}
