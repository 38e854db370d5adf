package io.github.dnsonde.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlannedTrialsTest {

  private static final Vantage BANK = SampleOutcomes.vantage("bank");
  private static final Vantage SHOP = SampleOutcomes.vantage("shop");

  /** A second class of pods of the same namespace. */
  private static final Vantage SECOND = new Vantage("shop", "db", "db-0", SHOP.node(), SHOP.from());

  private static final Plan PLAN =
      new Plan(Stream.of(BANK, SHOP, SECOND).flatMap(PlannedTrialsTest::probes).toList());

  private static final Config CONFIG =
      Settings.node("questions: [{name: a.example.com., large: true, fresh: true}]");

  private static Stream<Probe> probes(Vantage vantage) {
    return SampleOutcomes.eightProbes(vantage).stream();
  }

  @Test
  void largeAnswersComeToOneVantageOfEachNamespaceAndFreshNamesFromOneInAll() {
    assertEquals(
        List.of(
            "large bank/kube-dns",
            "large bank/node-local-dns",
            "large shop/kube-dns",
            "large shop/node-local-dns",
            "fresh bank/kube-dns",
            "fresh bank/node-local-dns"),
        words(PlannedTrials.addedTo(PLAN, CONFIG, ExpectedSilence.NONE)));
  }

  @Test
  void freshNamesAreAskedForWhereDnsIsExpected() {
    ExpectedSilence silence = new ExpectedSilence(Set.of("bank"), Set.of(SHOP.namespacedPod()));
    assertEquals(
        List.of("db-0"),
        PlannedTrials.addedTo(PLAN, CONFIG, silence).trials().stream()
            .filter(trial -> trial.question().kind() == TrialQuestion.Kind.FRESH)
            .map(trial -> trial.vantage().pod())
            .distinct()
            .toList());
  }

  @Test
  void freshNamesAreAskedForFromThePodThatUsesTheMostServers() {
    Plan more =
        new Plan(
            PLAN.probes().stream()
                .filter(
                    probe ->
                        probe.vantage().equals(SECOND)
                            || probe.server().equals(SampleOutcomes.KUBE_DNS))
                .toList());
    assertEquals(
        List.of("fresh shop/kube-dns", "fresh shop/node-local-dns"),
        words(PlannedTrials.addedTo(more, CONFIG, ExpectedSilence.NONE)).stream()
            .filter(word -> word.startsWith("fresh"))
            .toList());
  }

  @Test
  void serversThatNoPodUsesAreLeftOut() {
    Plan unused =
        new Plan(
            PLAN.probes().stream()
                .map(
                    probe ->
                        new Probe(
                            probe.vantage(),
                            probe.server(),
                            probe.question(),
                            probe.server().equals(SampleOutcomes.KUBE_DNS)))
                .toList());
    assertEquals(
        List.of("large bank/kube-dns", "large shop/kube-dns", "fresh bank/kube-dns"),
        words(PlannedTrials.addedTo(unused, CONFIG, ExpectedSilence.NONE)));
  }

  @Test
  void onlyCoreVantagesTakePart() {
    Plan divided = PLAN.divided(PLAN.probes(), Map.of(BANK, Role.BACKGROUND), Set.of());
    assertEquals(
        List.of("shop"),
        PlannedTrials.addedTo(divided, CONFIG, ExpectedSilence.NONE).trials().stream()
            .map(trial -> trial.vantage().namespace())
            .distinct()
            .toList());
  }

  @Test
  void theAgentsOwnPodTakesPartInModeSelf() {
    Config config =
        Settings.self(
            "cluster: {dns: [10.96.0.10]}\nquestions: [{name: a.example.com., large: true}]");
    Plan plan = Planner.plan(config, PlanInput.ofSelf(ResolvConf.EMPTY, Set.of()), Plan.EMPTY);
    assertEquals(List.of("large monitoring/kube-dns"), words(plan));
  }

  @Test
  void noneByDefault() {
    assertEquals(
        List.of(), PlannedTrials.addedTo(PLAN, Settings.node(""), ExpectedSilence.NONE).trials());
  }

  private static List<String> words(Plan plan) {
    return plan.trials().stream().map(PlannedTrialsTest::words).toList();
  }

  private static String words(Trial trial) {
    return trial.question().kind().label()
        + " "
        + trial.vantage().namespace()
        + "/"
        + trial.server().name();
  }
}
