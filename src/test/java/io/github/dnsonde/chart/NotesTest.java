package io.github.dnsonde.chart;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks the notes for the user who installs the chart. */
class NotesTest {

  @Test
  void modeNodeMentionsPodSecurity() {
    String notes = Rendered.notes("{}");
    assertTrue(
        notes.contains(
            "kubectl label namespace dns-watch pod-security.kubernetes.io/enforce=privileged"),
        notes);
    assertTrue(notes.contains("Nothing scrapes the agents yet"), notes);
    assertTrue(
        notes.contains("kubectl exec -n dns-watch ds/rel-dnsonde -- dnsonde vantages"), notes);
  }

  @Test
  void theControllerIsMentionedIfThereIsOne() {
    String command =
        "kubectl exec -n control deploy/rel-dnsonde-controller -- dnsonde-controller status";
    assertTrue(Rendered.notes("controller: {namespace: control}").contains(command));
    assertFalse(Rendered.notes("controller: {enabled: false}").contains("dnsonde status"));
  }

  @Test
  void modeSelfNeedsNoSuchWarning() {
    assertFalse(Rendered.notes("mode: self").contains("WARNING"));
  }

  @Test
  void aMonitorWithoutItsKindOrWithoutTheSelectedLabelIsReported() {
    String notes = Rendered.notes("podMonitor: {enabled: true}");
    assertTrue(notes.contains("does not know monitoring.coreos.com/v1"), notes);
    assertTrue(notes.contains("--set podMonitor.additionalLabels.release=NAME"), notes);
    assertFalse(notes.contains("Nothing scrapes"), notes);
    assertFalse(
        Rendered.notes("podMonitor: {enabled: true, additionalLabels: {release: prom}}")
            .contains("has no label"));
  }

  @Test
  void namesOfPoliciesThatEveryPodMayReadAreReported() {
    String names = "names NetworkPolicies of all tenants";
    for (String open :
        List.of(
            "{}",
            "networkPolicy: {enabled: true}",
            "networkPolicy: {metricsFrom: [{podSelector: {}}]}",
            "config: {metrics: {policy-names: true}}",
            "config: {metrics: {detail: full}}")) {
      assertTrue(Rendered.notes(open).contains(names), open);
    }
    for (String guarded :
        List.of(
            "networkPolicy: {enabled: true, metricsFrom: [{podSelector: {}}]}",
            "metrics: {bearerToken: {secretName: a}}",
            "config: {metrics: {policy-names: false}}",
            "mode: self")) {
      assertFalse(Rendered.notes(guarded).contains(names), guarded);
    }
  }

  @Test
  void aControllerThatKeepsNothingOrIsNotCleanedUpIsReported() {
    String notes = Rendered.notes("probePods: {managed: {enabled: true, cleanup: false}}");
    assertTrue(notes.contains("include is empty"), notes);
    assertTrue(notes.contains("will outlive helm uninstall"), notes);
  }

  @Test
  void openMetricsDespiteAPolicyAndATokenInClearTextAreReported() {
    String open = Rendered.notes("networkPolicy: {enabled: true}");
    assertTrue(open.contains("networkPolicy.metricsFrom is empty"), open);
    String clear = Rendered.notes("metrics: {bearerToken: {secretName: a}}");
    assertTrue(clear.contains("crosses the network in clear text"), clear);
    String sound =
        Rendered.notes(
            "networkPolicy: {enabled: true, metricsFrom: [{podSelector: {}}]}",
            "metrics: {bearerToken: {secretName: a}, tls: {secretName: b}}");
    assertFalse(sound.contains("WARNING"), sound);
  }
}
