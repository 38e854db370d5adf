package io.github.dnsonde.admission;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.AdmissionRequest;
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

  private final FakeTicker ticker = new FakeTicker();
  private final RecentChanges recent = new RecentChanges(ticker);

  private static DecisionCase named(String id) throws IOException {
    return DecisionCase.all().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private Result result(DecisionCase each) {
    AdmissionJudge judge = new AdmissionJudge(each.terms(), _ -> Permission.Answer.NO);
    AdmissionDecision decision =
        judge.decide(each.request(), recent.on(each.cluster(), "payments"), DecisionCase.NOW);
    if (decision.answer().allowed()) {
      recent.allowed(each.request());
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
    recent.allowed(named("an-allow-alone").request());
    ticker.advance(Duration.ofSeconds(10));
    assertEquals(Result.HARMLESS, result(named("deny-refuses")));
    RecentChanges other = new RecentChanges(ticker);
    other.allowed(named("an-allow-alone").request());
    ticker.advance(Duration.ofSeconds(10).plusNanos(1));
    assertEquals(
        named("deny-refuses").cluster(), other.on(named("deny-refuses").cluster(), "payments"));
  }

  @Test
  void aDryRunDoesNotCount() throws IOException {
    AdmissionRequest allow = named("an-allow-alone").request();
    recent.allowed(
        new AdmissionRequest(
            "u", allow.operation(), allow.name(), allow.subject(), true, allow.user()));
    assertEquals(Result.REFUSED, result(named("deny-refuses")));
  }

  /** Otherwise it would count again after the next deletion. */
  @Test
  void aChangeThatWasShownNoLongerCounts() throws IOException {
    recent.allowed(named("an-allow-alone").request());
    ClusterSnapshot shows = recent.on(named("an-allow-alone").cluster(), "payments");
    assertEquals(1, shows.view().policies().size());
    recent.on(shows, "payments");
    assertEquals(Result.REFUSED, result(named("deny-refuses")));
  }

  @Test
  void aDeletedAllowNoLongerCounts() throws IOException {
    DecisionCase delete = named("deleting-the-allow-is-never-refused");
    assertEquals(Result.WARNED, result(delete));
    assertEquals(
        Set.of("d"),
        Set.copyOf(
            recent.on(delete.cluster(), "payments").view().policies().stream()
                .map(policy -> policy.name())
                .toList()));
  }

  @Test
  void labelsOfANamespaceCount() throws IOException {
    DecisionCase labels = named("labels-that-a-policy-of-dns-selects-by");
    recent.allowed(labels.request());
    Labels now =
        requireNonNull(recent.on(labels.cluster(), "payments").view().namespaces().get("payments"));
    assertEquals(Optional.of("checkout"), now.get("team"));
    assertEquals(Result.HARMLESS, result(labels), "they were applied already");
  }

  @Test
  void changesOfOtherNamespacesWaitForAClusterThatHasThem() throws IOException {
    recent.allowed(named("an-allow-alone").request());
    ClusterSnapshot elsewhere =
        new ClusterSnapshot(ClusterView.EMPTY, NodeCache.NONE, false, Map.of(), List.of());
    assertEquals(elsewhere, recent.on(elsewhere, "shop"));
    assertEquals(Result.HARMLESS, result(named("deny-refuses")));
  }

  /** The watch shows the allow when its deletion is known already, and is one change behind. */
  @Test
  void aDeletionThatOvertakesTheWatchStillCounts() throws IOException {
    recent.allowed(named("an-allow-alone").request());
    ClusterSnapshot before = named("an-allow-alone").cluster();
    ClusterSnapshot allow = recent.on(before, "payments");
    NetworkPolicy created = allow.view().policies().getFirst();
    recent.allowed(deleted(created));
    assertEquals(List.of(), recent.on(before, "payments").view().policies());
    assertEquals(List.of(), recent.on(allow, "payments").view().policies(), "the watch is behind");
    ticker.advance(RecentChanges.LONGEST.plusNanos(1));
    assertEquals(allow, recent.on(allow, "payments"), "it was made again elsewhere");
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
