package io.github.dnsonde.probepods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.cluster.ProbePodsView;
import io.github.dnsonde.cluster.ProbePodsView.Found;
import io.github.dnsonde.cluster.ProbePodsView.Namespace;
import io.github.dnsonde.cluster.ProbePodsView.Selection;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbePodsTest {

  private static final String IMAGE = "registry.example.com/pause:3.10";
  private static final Namespace PLAIN = new Namespace(Labels.NONE, false);
  private static final Namespace ENDING = new Namespace(Labels.NONE, true);

  @TempDir Path folder;
  private Config.ProbePods settings;

  @BeforeEach
  void selectShop() throws Exception {
    settings = settings("namespaces: {include: [shop*], exclude: [shop-old]}");
  }

  private Config.ProbePods settings(String... lines) throws ConfigException, IOException {
    String text =
        "probe-pods:\n  image: " + IMAGE + "\n  " + String.join("\n  ", Arrays.asList(lines));
    return ConfigFile.read(Files.writeString(folder.resolve("c.yaml"), text), Map.of()).probePods();
  }

  private static Found found(String namespace) {
    return new Found(namespace, "uid-1", 3, true, false, true, Optional.empty());
  }

  private static Found foreign(String namespace) {
    return new Found(namespace, "uid-2", 1, false, false, true, Optional.empty());
  }

  private static Found deleting(Found found) {
    return new Found(
        found.namespace(),
        found.uid(),
        found.generation(),
        found.ours(),
        true,
        true,
        found.trouble());
  }

  private static ProbeDeployment wanted(String namespace) {
    return new ProbeDeployment(namespace, IMAGE, Labels.NONE);
  }

  private List<Action> steps(Map<String, Namespace> namespaces, Found... found) {
    return steps(namespaces, Map.of(), found);
  }

  private List<Action> steps(
      Map<String, Namespace> namespaces, Map<String, Applied> applied, Found... found) {
    return ProbePods.steps(
        settings, new ProbePodsView(namespaces, Arrays.asList(found), List.of()), applied);
  }

  @Nested
  class Namespaces {

    @Test
    void eachSelectedOneGetsADeployment() {
      assertEquals(
          List.of(
              new Action.Apply(wanted("shop"), Optional.empty(), List.of()),
              new Action.Apply(wanted("shop-eu"), Optional.empty(), List.of())),
          steps(
              new TreeMap<>(
                  Map.of("shop-eu", PLAIN, "shop", PLAIN, "shop-old", PLAIN, "bank", PLAIN))));
    }

    @Test
    void labelsSelectToo() throws Exception {
      settings = settings("namespaces: {include: ['*'], selector: {matchLabels: {probed: 'yes'}}}");
      Namespace probed = new Namespace(new Labels(Map.of("probed", "yes")), false);
      assertEquals(
          List.of(new Action.Apply(wanted("bank"), Optional.empty(), List.of())),
          steps(Map.of("bank", probed, "shop", PLAIN)));
    }

    @Test
    void noNamespaceIsSelectedByDefault() throws Exception {
      settings = settings("period: 5s");
      assertEquals(List.of(), steps(Map.of("shop", PLAIN)));
    }

    @Test
    void aNamespaceThatIsNoLongerSelectedLosesItsDeployment() {
      Found left = found("shop-old");
      assertEquals(
          List.of(new Action.Remove(left)), steps(Map.of("shop-old", PLAIN, "bank", PLAIN), left));
    }

    @Test
    void aForeignDeploymentIsNeverTouched() {
      assertEquals(
          List.of(new Action.Yield(foreign("shop"))),
          steps(
              Map.of("shop", PLAIN, "bank", PLAIN, "shop-old", PLAIN),
              foreign("shop"),
              foreign("bank"),
              foreign("shop-old")));
    }

    @Test
    void terminatingNamespacesAreLeftAlone() {
      assertEquals(
          List.of(),
          steps(
              Map.of("shop", ENDING, "shop-old", ENDING, "shop-eu", ENDING),
              found("shop"),
              found("shop-old")));
    }

    @Test
    void nothingIsDoneWhileADeploymentTerminates() {
      assertEquals(
          List.of(),
          steps(
              Map.of("shop", PLAIN, "shop-old", PLAIN, "shop-eu", PLAIN),
              deleting(found("shop")),
              deleting(found("shop-old")),
              deleting(foreign("shop-eu"))));
    }
  }

  @Nested
  class Again {

    private final Applied last = new Applied(wanted("shop"), found("shop"));

    @Test
    void anUnchangedDeploymentIsKept() {
      assertEquals(
          List.of(new Action.Keep(found("shop"), List.of())),
          steps(Map.of("shop", PLAIN), Map.of("shop", last), found("shop")));
    }

    @Test
    void aDeploymentOfThePreviousProcessIsAppliedOnce() {
      assertEquals(
          List.of(new Action.Apply(wanted("shop"), Optional.of(found("shop")), List.of())),
          steps(Map.of("shop", PLAIN), found("shop")));
    }

    @Test
    void aChangedDeploymentIsAppliedAgain() {
      Found changed = new Found("shop", "uid-1", 4, true, false, true, Optional.empty());
      assertEquals(
          List.of(new Action.Apply(wanted("shop"), Optional.of(changed), List.of())),
          steps(Map.of("shop", PLAIN), Map.of("shop", last), changed));
    }

    @Test
    void aRecreatedDeploymentIsAppliedAgain() {
      Found another = new Found("shop", "uid-9", 3, true, false, true, Optional.empty());
      assertInstanceOf(
          Action.Apply.class,
          steps(Map.of("shop", PLAIN), Map.of("shop", last), another).getFirst());
    }

    @Test
    void aDeletedDeploymentIsCreatedAgain() {
      assertEquals(
          List.of(new Action.Apply(wanted("shop"), Optional.empty(), List.of())),
          steps(Map.of("shop", PLAIN), Map.of("shop", last)));
    }

    @Test
    void anotherImageIsApplied() throws Exception {
      settings = settings("namespaces: {include: [shop]}", "image: other:2");
      assertEquals(
          List.of(
              new Action.Apply(
                  new ProbeDeployment("shop", "other:2", Labels.NONE),
                  Optional.of(found("shop")),
                  List.of())),
          steps(Map.of("shop", PLAIN), Map.of("shop", last), found("shop")));
    }

    /** YAML accepts no key twice, so the image is separate. */
    private Config.ProbePods settings(String include, String image) throws Exception {
      String text = "probe-pods:\n  " + include + "\n  " + image;
      return ConfigFile.read(Files.writeString(folder.resolve("c.yaml"), text), Map.of())
          .probePods();
    }
  }

  @Nested
  class FurtherLabels {

    @BeforeEach
    void configure() throws Exception {
      settings =
          settings("namespaces: {include: [shop]}", "labels: {app: web, tier: front, team: a}");
    }

    private Action.Apply apply(Selection... selections) {
      ProbePodsView view =
          new ProbePodsView(Map.of("shop", PLAIN), List.of(), Arrays.asList(selections));
      return assertInstanceOf(
          Action.Apply.class, ProbePods.steps(settings, view, Map.of()).getFirst());
    }

    private static Selection service(String namespace, Map<String, String> selector) {
      return new Selection(namespace, "Service web", LabelSelector.of(selector));
    }

    private static Selection budget(Requirement... requirements) {
      return new Selection(
          "shop",
          "PodDisruptionBudget all",
          new LabelSelector(Map.of(), Arrays.asList(requirements)));
    }

    private static Set<String> keys(Action.Apply step) {
      return step.wanted().labels().values().keySet();
    }

    @Test
    void areOnThePodNextToItsOwn() {
      Map<String, String> all = apply().wanted().podLabels().values();
      assertEquals(
          Map.of(
              "app", "web",
              "tier", "front",
              "team", "a",
              "app.kubernetes.io/name", "dnsonde-probe",
              "app.kubernetes.io/managed-by", "dnsonde",
              "dnsonde.github.io/probe-pod", "true",
              "sidecar.istio.io/inject", "false"),
          all);
    }

    @Test
    void thoseThatAServiceSelectsAreRemoved() {
      Action.Apply step = apply(service("shop", Map.of("app", "web", "tier", "front")));
      assertEquals(Set.of("team"), keys(step));
      assertEquals(List.of("removed app, tier: Service web selects it"), step.notes());
    }

    @Test
    void thoseOfAServiceThatWouldNotSelectItStay() {
      Action.Apply step =
          apply(
              service("shop", Map.of("app", "web", "tier", "back")),
              service("shop", Map.of("app", "web", "version", "1")),
              service("bank", Map.of("app", "web")));
      assertEquals(Set.of("app", "tier", "team"), keys(step));
      assertEquals(List.of(), step.notes());
    }

    @Test
    void thoseThatABudgetSelectsAreRemoved() {
      assertEquals(
          Set.of("tier"),
          keys(
              apply(
                  budget(
                      new Requirement("app", Operator.IN, Set.of("web", "api")),
                      new Requirement("team", Operator.EXISTS, Set.of())))));
    }

    /** Without app, the second one selects it. */
    @Test
    void theRemainingLabelsAreCheckedAgain() {
      Action.Apply step =
          apply(
              service("shop", Map.of("app", "web")),
              budget(
                  new Requirement("app", Operator.DOES_NOT_EXIST, Set.of()),
                  new Requirement("team", Operator.IN, Set.of("a"))));
      assertEquals(Set.of("tier"), keys(step));
      assertEquals(
          List.of(
              "removed app: Service web selects it",
              "removed team: PodDisruptionBudget all selects it"),
          step.notes());
    }

    @Test
    void aSelectorOfEveryPodCostsNoLabelAndIsReported() {
      Action.Apply step = apply(budget());
      assertEquals(Set.of("app", "tier", "team"), keys(step));
      assertEquals(
          List.of("PodDisruptionBudget all selects the pod regardless of its labels"),
          step.notes());
    }

    @Test
    void aServiceThatBeginsToSelectCausesTheLabelToBeRemoved() {
      ProbeDeployment whole = apply().wanted();
      ProbePodsView view =
          new ProbePodsView(
              Map.of("shop", PLAIN),
              List.of(found("shop")),
              List.of(service("shop", Map.of("team", "a"))));
      Map<String, Applied> applied = Map.of("shop", new Applied(whole, found("shop")));
      assertEquals(
          List.of(
              new Action.Apply(
                  whole.with(new Labels(Map.of("app", "web", "tier", "front"))),
                  Optional.of(found("shop")),
                  List.of("removed team: Service web selects it"))),
          ProbePods.steps(settings, view, applied));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "app.kubernetes.io/name",
          "app.kubernetes.io/instance",
          "argocd.argoproj.io/instance",
          "dnsonde.github.io/probe-pod",
          "pod-template-hash"
        })
    void aLabelOfOwnershipIsRefused(String key) {
      Labels labels = new Labels(Map.of(key, "x"));
      assertThrows(
          IllegalArgumentException.class, () -> new ProbeDeployment("shop", IMAGE, labels));
    }
  }
}
