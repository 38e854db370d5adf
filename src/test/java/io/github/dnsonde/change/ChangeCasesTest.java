package io.github.dnsonde.change;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The consequences of changes, by the table in {@code changes.yaml}. */
class ChangeCasesTest {

  static List<ChangeCase> cases() throws IOException {
    return ChangeCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasTheExpectedConsequences(ChangeCase each) {
    ChangeVerdict verdict = ChangeJudge.judge(each.before(), each.change());
    assertEquals(
        String.join("\n", each.expected()),
        verdict.consequences().stream()
            .map(ChangeCasesTest::shown)
            .collect(Collectors.joining("\n")));
  }

  @Test
  void theTableIsLargeAndItsIdsAreUnique() throws IOException {
    List<ChangeCase> all = ChangeCase.all();
    Set<String> ids = all.stream().map(ChangeCase::id).collect(Collectors.toSet());
    assertTrue(all.size() >= 40, "cases: " + all.size());
    assertEquals(all.size(), ids.size(), "ids");
  }

  /** Each case's own change, each live policy removed, and each policy of the table added. */
  @Tag("long")
  @Test
  void whatGetsWorseIsTheSameWithoutALookAtSafePods() throws IOException {
    List<ChangeCase> all = ChangeCase.all();
    Set<NetworkPolicy> policies =
        all.stream()
            .flatMap(each -> each.change().policies().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    int worse = 0;
    for (ChangeCase each : all) {
      List<Change> changes = new ArrayList<>(List.of(each.change()));
      each.before().policies().policies().stream()
          .map(policy -> removal(policy.namespacedName()))
          .forEach(changes::add);
      policies.stream().map(Change::of).forEach(changes::add);
      for (Change change : changes) {
        List<Consequence> expected =
            ChangeJudge.judge(each.before(), change).consequences().stream()
                .filter(consequence -> consequence.effect().isWorse())
                .toList();
        assertEquals(expected, ChangeJudge.worse(each.before(), change), each.id() + ": " + change);
        worse += expected.size();
      }
    }
    assertTrue(worse >= 100, "consequences: " + worse);
  }

  private static Change removal(NamespacedName policy) {
    return new Change(List.of(), Set.of(policy), Map.of(), List.of(), List.of());
  }

  /** A change and its reversal have opposite effects wherever the verdicts are certain. */
  @ParameterizedTest
  @MethodSource("cases")
  void anEmptyChangeMakesNothingWorse(ChangeCase each) {
    ChangeVerdict verdict =
        ChangeJudge.judge(
            each.before(),
            new Change(
                each.before().policies().policies(), Set.of(), Map.of(), List.of(), List.of()));
    assertTrue(verdict.isHarmless(), verdict::toString);
  }

  /** {@code outage CUT 3/1 kube-dns UDP+TCP by POLICY payments/deny}. */
  private static String shown(Consequence consequence) {
    Map<String, Set<String>> paths = new LinkedHashMap<>();
    consequence
        .paths()
        .forEach(
            path ->
                paths
                    .computeIfAbsent(shown(path.server()), _ -> new LinkedHashSet<>())
                    .add(path.transport().name()));
    return (consequence.isOutage() ? "outage " : "")
        + consequence.effect()
        + (consequence.presence() == Presence.RUNNING ? "" : " " + consequence.presence())
        + (consequence.namespace().equals("payments") ? "" : " " + consequence.namespace())
        + " "
        + consequence.pods()
        + "/"
        + consequence.workloads().size()
        + paths.entrySet().stream()
            .map(path -> " " + path.getKey() + " " + String.join("+", path.getValue()))
            .collect(Collectors.joining())
        + " by "
        + consequence.causes().stream()
            .map(
                cause ->
                    cause.kind()
                        + " "
                        + (cause.namespace().isEmpty() ? "" : cause.namespace() + "/")
                        + cause.name())
            .collect(Collectors.joining(", "));
  }

  private static String shown(DnsServer server) {
    return server.cache() ? "cache@" + server.address().getHostAddress() : server.name();
  }
}
