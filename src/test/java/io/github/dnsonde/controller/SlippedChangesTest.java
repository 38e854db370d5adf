package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.dnsonde.admission.Result;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.kube.StoredChange;
import io.github.dnsonde.kube.StoredPolicy;
import io.github.dnsonde.manifest.Written;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies that were stored without a question. */
class SlippedChangesTest {

  private static final String DENY = "{podSelector: {}, policyTypes: [Egress]}";
  private static final String ALLOW = "{podSelector: {}, policyTypes: [Egress], egress: [{}]}";

  private static final AdmissionRequest.User NOBODY =
      new AdmissionRequest.User("", "", List.of(), Map.of());

  /** The label of namespaces that the webhook's configuration leaves out. */
  private static final String UNJUDGED = "unjudged";

  private static final long ROOM = 1_000_000;

  private final FakeTicker ticker = new FakeTicker();
  private final List<String> slipped = new ArrayList<>();
  private final ShopCluster cluster = new ShopCluster();
  private final SlippedChanges changes =
      new SlippedChanges(
          ShopCluster.DENIED,
          new LabelSelector(
              Map.of(),
              List.of(
                  new LabelSelector.Requirement(
                      UNJUDGED, LabelSelector.Operator.DOES_NOT_EXIST, Set.of()))),
          cluster,
          name -> slipped.add(name.name()),
          ROOM,
          ticker);

  private static NetworkPolicy policy(String name, String spec) {
    return policy("shop", name, spec);
  }

  private static NetworkPolicy policy(String namespace, String name, String spec) {
    return Written.policies(
            Written.documents(
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {namespace: %s, name: %s, creationTimestamp: "2026-01-02T00:00:00Z"}
                spec: %s
                """
                    .formatted(namespace, name, spec)),
            Map.of())
        .policies()
        .getFirst();
  }

  private static PolicyVersion version(String name, String spec) {
    return new PolicyVersion(Optional.of(policy(name, spec)), Optional.empty(), "");
  }

  /** A policy that was created at the beginning of 2 January. */
  private static StoredPolicy existing(String name, String spec) {
    return existing(version(name, spec), "2026-01-02T00:00:00Z");
  }

  private static StoredPolicy existing(PolicyVersion version, String created) {
    return new StoredPolicy(version.policy().orElseThrow(), Instant.parse(created), version);
  }

  private static StoredChange stored(String name, String spec) {
    return stored(name, spec, 1_000);
  }

  private static StoredChange stored(String name, String spec, long octets) {
    return new StoredChange(
        new NamespacedName("shop", name),
        new AdmissionRequest.Policy(Optional.empty(), Optional.of(version(name, spec))),
        octets);
  }

  /** The DNS pods take queries only from namespaces with the label {@code team: pay}. */
  private void onlyTeamPayReachesDns() {
    cluster.policies.add(
        policy(
            "kube-system",
            "from-pay",
            "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector:"
                + " {matchLabels: {team: pay}}}]}]}"));
  }

  private static AdmissionRequest.NamespaceVersion shop(String ignores, String... labels) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    return new AdmissionRequest.NamespaceVersion(
        new Labels(all).ofNamespace("shop"), Optional.empty(), ignores, false);
  }

  private static StoredChange relabelled(
      AdmissionRequest.NamespaceVersion before, AdmissionRequest.NamespaceVersion after) {
    return new StoredChange(
        new NamespacedName("", "shop"), new AdmissionRequest.Namespace(before, after), 500);
  }

  private void decided(String name, String spec, Result result) {
    changes.decided(
        new AdmissionRequest(
            "u",
            AdmissionRequest.Operation.CREATE,
            new NamespacedName("shop", name),
            new AdmissionRequest.Policy(Optional.empty(), Optional.of(version(name, spec))),
            false,
            NOBODY),
        result);
  }

  private List<String> slippedAfter(StoredChange... stored) {
    for (StoredChange each : stored) {
      changes.stored(each);
    }
    changes.turn();
    return slipped;
  }

  @Test
  void whatWasAllowedIsNotJudgedAgain() {
    decided("x", DENY, Result.OVERRIDDEN);
    assertEquals(List.of(), slippedAfter(stored("x", DENY)));
    assertEquals(List.of("b"), slippedAfter(stored("b", DENY)));
  }

  @Test
  void whatWasRefusedIsNewsIfItIsStored() {
    decided("x", DENY, Result.REFUSED);
    assertEquals(List.of("x"), slippedAfter(stored("x", DENY)));
  }

  /** Nobody looks at what a change does that leaves the rules alone. */
  @Test
  void aVersionThatWasNotJudgedIsNews() {
    decided("x", DENY, Result.UNCHANGED);
    assertEquals(List.of("x"), slippedAfter(stored("x", DENY)));
  }

  @Test
  void aRefusedVersionLeavesTheAllowedOneKnown() {
    decided("x", DENY, Result.OVERRIDDEN);
    decided("x", "{podSelector: {}, policyTypes: [Ingress, Egress]}", Result.REFUSED);
    assertEquals(List.of(), slippedAfter(stored("x", DENY)));
    decided("x", DENY, Result.REFUSED);
    assertEquals(List.of("x"), slippedAfter(stored("x", DENY)));
  }

  /** Then it cuts off nobody any more: the pods were cut off when it was stored. */
  @Test
  void aVersionThatWasJudgedTooLateIsNews() {
    cluster.policies.add(policy("x", DENY));
    decided("x", DENY, Result.HARMLESS);
    cluster.policies.clear();
    assertEquals(List.of("x"), slippedAfter(stored("x", DENY)));
  }

  @Test
  void whatWasAllowedLongAgoIsForgotten() {
    decided("x", DENY, Result.OVERRIDDEN);
    ticker.advance(Duration.ofMinutes(11));
    changes.turn();
    assertEquals(List.of("x"), slippedAfter(stored("x", DENY)));
  }

  @Test
  void oneThatCannotBeJudgedDoesNotKeepTheOthersFromIt() {
    cluster.broken = true;
    assertEquals(List.of("b"), slippedAfter(stored("a", DENY), stored("b", DENY)));
    cluster.broken = true;
    changes.judgeSince(List.of(existing("c", DENY), existing("d", DENY)), Instant.EPOCH);
    assertEquals(List.of("b", "d"), slipped);
  }

  @Test
  void whatWasStoredBeforeEverythingWasKnownIsCountedOnce() {
    changes.stored(stored("a", DENY));
    changes.judgeSince(List.of(existing("a", DENY)), Instant.EPOCH);
    assertEquals(List.of("a"), slippedAfter());
  }

  /** Its former version is not known: that one may have cut off as much. */
  @Test
  void aPolicyThatWasChangedWhileNobodyJudgedIsNotCounted() {
    Instant since = Instant.parse("2026-01-01T00:00:00Z");
    PolicyVersion old = version("old", DENY); // changed on 2 January
    changes.judgeSince(List.of(existing(old, "2025-12-01T00:00:00Z")), since);
    assertEquals(List.of(), slipped);
    changes.judgeSince(
        List.of(existing(old, "2025-12-01T00:00:00Z"), existing("new", DENY)), since);
    assertEquals(List.of("new"), slipped);
  }

  @Test
  void whatWasChangedWhileTheWatchShowedItIsJudgedByTheWatch() {
    PolicyVersion cut = version("x", DENY);
    changes.stored(
        new StoredChange(
            new NamespacedName("shop", "x"),
            new AdmissionRequest.Policy(Optional.of(version("x", ALLOW)), Optional.of(cut)),
            1_000));
    changes.judgeSince(
        List.of(existing(cut, "2025-12-01T00:00:00Z")), Instant.parse("2026-01-01T00:00:00Z"));
    assertEquals(List.of("x"), slippedAfter());
  }

  @Test
  void labelsThatCutANamespaceOffAreCounted() {
    onlyTeamPayReachesDns();
    assertEquals(List.of(), slippedAfter(relabelled(shop(""), shop("", "tier", "gold"))));
    assertEquals(
        List.of(), slippedAfter(relabelled(shop("", "team", "pay"), shop("", "team", "pay"))));
    assertEquals(
        List.of("shop"), slippedAfter(relabelled(shop("", "team", "pay"), shop("", "team", "x"))));
  }

  @Test
  void labelsThatOverrideOrWereAskedAboutAreNotCounted() {
    onlyTeamPayReachesDns();
    AdmissionRequest.NamespaceVersion before = shop("", "team", "pay");
    assertEquals(
        List.of(),
        slippedAfter(relabelled(before, shop("cuts-dns: it looks up no names", "team", "x"))));
    assertEquals(
        List.of(),
        slippedAfter(relabelled(shop("", "team", "pay", Config.Admission.LABEL, "off"), shop(""))));
    AdmissionRequest.Namespace change = new AdmissionRequest.Namespace(before, shop(""));
    NamespacedName name = new NamespacedName("", "shop");
    AdmissionRequest asked =
        new AdmissionRequest("u", AdmissionRequest.Operation.UPDATE, name, change, false, NOBODY);
    changes.decided(asked, Result.OVERRIDDEN);
    assertEquals(List.of(), slippedAfter(new StoredChange(name, change, 500)));
    changes.decided(asked, Result.REFUSED);
    assertEquals(List.of("shop"), slippedAfter(new StoredChange(name, change, 500)));
  }

  /** For a Namespace, the API server looks at the new labels. */
  @Test
  void whatTheWebhookIsNotAskedAboutIsNotCounted() {
    onlyTeamPayReachesDns();
    AdmissionRequest.NamespaceVersion before = shop("", "team", "pay");
    assertEquals(List.of(), slippedAfter(relabelled(before, shop("", UNJUDGED, "", "team", "x"))));
    assertEquals(
        List.of("shop"), slippedAfter(relabelled(shop("", UNJUDGED, "", "team", "pay"), shop(""))));
    cluster.labels = new Labels(Map.of(UNJUDGED, ""));
    slipped.clear();
    assertEquals(List.of(), slippedAfter(stored("x", DENY)));
    changes.judgeSince(List.of(existing("x", DENY)), Instant.EPOCH);
    assertEquals(List.of(), slipped);
  }

  @Test
  void whatWaitsIsBoundedByItsWeightAndItsNumber() {
    for (String name : List.of("a", "b", "c")) {
      changes.stored(stored(name, DENY, ROOM / 2));
    }
    assertEquals(List.of("b", "c"), slippedAfter());
    slipped.clear();
    int judged = cluster.looks;
    StoredChange harmless = stored("p", ALLOW, 1);
    for (int i = 0; i <= SlippedChanges.MOST; i++) {
      changes.stored(harmless);
    }
    assertEquals(List.of(), slippedAfter());
    assertEquals(SlippedChanges.MOST, cluster.looks - judged);
    changes.stored(stored("a", DENY, ROOM));
    changes.judgeSince(List.of(existing("a", DENY)), Instant.EPOCH); // makes room again
    assertEquals(List.of("a", "b"), slippedAfter(stored("b", DENY, ROOM)));
  }

  @Test
  void theDigestIsThatOfTheRules() {
    assertEquals(
        VersionDigest.of(
            policy(
                "a",
                "{podSelector: {matchLabels: {a: b, c: d, e: f, g: h}}, policyTypes: [Ingress]}")),
        VersionDigest.of(
            policy(
                "b",
                "{podSelector: {matchLabels: {g: h, e: f, c: d, a: b}}, policyTypes: [Ingress]}")));
    List<String> different =
        List.of(
            DENY,
            ALLOW,
            "{podSelector: {}, policyTypes: [Ingress]}",
            "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53}]}]}",
            "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: dns}]}]}",
            "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}",
            "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]}",
            "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr:"
                + " 10.0.0.0/8}}]}]}",
            "{podSelector: {matchLabels: {a: b}}, policyTypes: [Egress]}",
            "{podSelector: {matchLabels: {ab: ''}}, policyTypes: [Egress]}",
            "{podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]},"
                + " policyTypes: [Egress]}",
            "{podSelector: {matchExpressions: [{key: a, operator: NotIn, values: [b]}]},"
                + " policyTypes: [Egress]}");
    for (String one : different) {
      for (String other : different) {
        if (!one.equals(other)) {
          assertNotEquals(VersionDigest.of(policy("a", one)), VersionDigest.of(policy("a", other)));
        }
      }
    }
  }
}
