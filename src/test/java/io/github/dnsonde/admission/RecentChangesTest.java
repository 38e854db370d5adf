package io.github.dnsonde.admission;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes that were allowed and that the watch has not shown yet. */
class RecentChangesTest {

  private static final long ROOM = 1_000;

  private final FakeTicker ticker = new FakeTicker();
  private final RecentChanges recent = new RecentChanges(ROOM, ticker);

  private static DecisionCase named(String id) throws IOException {
    return DecisionCase.all().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private ClusterSnapshot on(ClusterSnapshot cluster) {
    return recent.on(() -> cluster, "payments");
  }

  private Result result(DecisionCase each) {
    AdmissionJudge judge = new AdmissionJudge(each.terms(), _ -> Permission.Answer.NO);
    AdmissionDecision decision = judge.decide(each.request(), on(each.cluster()), DecisionCase.NOW);
    if (decision.answer().allowed()) {
      recent.allowed(each.request(), 100);
    }
    return decision.result();
  }

  @Test
  void aDenyRightAfterItsAllowIsHarmless() throws IOException {
    assertEquals(Result.HARMLESS, result(named("an-allow-alone")));
    assertEquals(Result.HARMLESS, result(named("deny-refuses")));
  }

  @Test
  void aDenyBeforeItsAllowIsRefusedAndThenAllowed() throws IOException {
    assertEquals(Result.REFUSED, result(named("deny-refuses")));
    assertEquals(Result.HARMLESS, result(named("an-allow-alone")));
    assertEquals(Result.HARMLESS, result(named("deny-refuses")));
  }

  @Test
  void aChangeThatNeverShowsCountsForTenSeconds() throws IOException {
    recent.allowed(named("an-allow-alone").request(), 100);
    ticker.advance(Duration.ofSeconds(10));
    assertEquals(Result.HARMLESS, result(named("deny-refuses")));
    ClusterSnapshot cluster = named("deny-refuses").cluster();
    RecentChanges other = new RecentChanges(ROOM, ticker);
    other.allowed(named("an-allow-alone").request(), 100);
    ticker.advance(Duration.ofSeconds(10).plusNanos(1));
    assertEquals(cluster, other.on(() -> cluster, "payments"));
  }

  @Test
  void aDryRunDoesNotCount() throws IOException {
    AdmissionRequest allow = named("an-allow-alone").request();
    recent.allowed(
        new AdmissionRequest(
            "u", allow.operation(), allow.name(), allow.subject(), true, allow.user()),
        100);
    assertEquals(Result.REFUSED, result(named("deny-refuses")));
  }

  /** Otherwise it would count again after the next deletion. */
  @Test
  void aChangeThatWasShownNoLongerCounts() throws IOException {
    recent.allowed(named("an-allow-alone").request(), 100);
    ClusterSnapshot shows = on(named("an-allow-alone").cluster());
    assertEquals(1, shows.view().policies().size());
    on(shows);
    assertEquals(Result.REFUSED, result(named("deny-refuses")));
  }

  @Test
  void aDeletedAllowNoLongerCounts() throws IOException {
    DecisionCase delete = named("deleting-the-allow-is-never-refused");
    assertEquals(Result.WARNED, result(delete));
    assertEquals(
        Set.of("d"),
        Set.copyOf(
            on(delete.cluster()).view().policies().stream().map(policy -> policy.name()).toList()));
  }

  @Test
  void labelsOfANamespaceCount() throws IOException {
    DecisionCase labels = named("labels-that-a-policy-of-dns-selects-by");
    recent.allowed(labels.request(), 100);
    Labels now = requireNonNull(on(labels.cluster()).view().namespaces().get("payments"));
    assertEquals(Optional.of("checkout"), now.get("team"));
    assertEquals(Result.HARMLESS, result(labels), "they were applied already");
  }

  @Test
  void changesOfOtherNamespacesWaitForAClusterThatHasThem() throws IOException {
    recent.allowed(named("an-allow-alone").request(), 100);
    ClusterSnapshot elsewhere =
        new ClusterSnapshot(ClusterView.EMPTY, NodeCache.NONE, false, Map.of(), List.of());
    assertEquals(elsewhere, recent.on(() -> elsewhere, "shop"));
    assertEquals(Result.HARMLESS, result(named("deny-refuses")));
  }

  /** The watch shows the allow when its deletion is known already, and is one change behind. */
  @Test
  void aDeletionThatOvertakesTheWatchStillCounts() throws IOException {
    recent.allowed(named("an-allow-alone").request(), 100);
    ClusterSnapshot before = named("an-allow-alone").cluster();
    ClusterSnapshot allow = on(before);
    NetworkPolicy created = allow.view().policies().getFirst();
    recent.allowed(deleted(created), 100);
    assertEquals(List.of(), on(before).view().policies());
    assertEquals(List.of(), on(allow).view().policies(), "the watch is behind");
    ticker.advance(RecentChanges.LONGEST.plusNanos(1));
    assertEquals(allow, on(allow), "it was made again elsewhere");
  }

  /** Anyone who reaches the port can have large ones noted, each under another name. */
  @Test
  void theyAreBoundedByTheirWeight() throws IOException {
    for (int i = 0; i < 4; i++) {
      recent.allowed(created("p" + i), ROOM / 2);
    }
    assertEquals(List.of("p2", "p3"), names(on(named("deny-refuses").cluster())));
    recent.allowed(created("p3"), ROOM / 2);
    assertEquals(List.of("p2", "p3"), names(on(named("deny-refuses").cluster())), "once");
    ticker.advance(RecentChanges.LONGEST.plusNanos(1));
    recent.allowed(created("p4"), ROOM);
    assertEquals(List.of("p4"), names(on(named("deny-refuses").cluster())));
  }

  /** Another request forgets what the watch shows, between this one's two looks. */
  @Test
  void aChangeThatTheWatchShowsMeanwhileCounts() throws IOException {
    recent.allowed(named("an-allow-alone").request(), 100);
    ClusterSnapshot before = named("an-allow-alone").cluster();
    ClusterSnapshot after = on(before);
    ClusterSnapshot judged =
        recent.on(
            () -> {
              assertEquals(after, on(after), "it is shown, so it is forgotten");
              return before;
            },
            "payments");
    assertEquals(1, judged.view().policies().size());
  }

  private static AdmissionRequest created(String name) throws IOException {
    AdmissionRequest allow = named("an-allow-alone").request();
    AdmissionRequest.Policy subject = (AdmissionRequest.Policy) allow.subject();
    NetworkPolicy policy = subject.after().orElseThrow().policy().orElseThrow();
    NetworkPolicy renamed =
        new NetworkPolicy(
            policy.namespace(),
            name,
            policy.selects(),
            policy.ingress(),
            policy.egress(),
            policy.origin());
    return new AdmissionRequest(
        "u",
        AdmissionRequest.Operation.CREATE,
        renamed.namespacedName(),
        new AdmissionRequest.Policy(
            Optional.empty(),
            Optional.of(new PolicyVersion(Optional.of(renamed), Optional.empty(), ""))),
        false,
        allow.user());
  }

  private static List<String> names(ClusterSnapshot cluster) {
    return cluster.view().policies().stream().map(NetworkPolicy::name).sorted().toList();
  }

  private static AdmissionRequest deleted(NetworkPolicy policy) throws IOException {
    AdmissionRequest created = named("an-allow-alone").request();
    AdmissionRequest.Policy subject = (AdmissionRequest.Policy) created.subject();
    return new AdmissionRequest(
        "u",
        AdmissionRequest.Operation.DELETE,
        policy.namespacedName(),
        new AdmissionRequest.Policy(subject.after(), Optional.empty()),
        false,
        created.user());
  }
}
