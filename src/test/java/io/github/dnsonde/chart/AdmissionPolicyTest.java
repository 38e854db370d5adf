package io.github.dnsonde.chart;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Checks when the ValidatingAdmissionPolicy is rendered, and for whom. */
class AdmissionPolicyTest {

  private static final String KIND = "ValidatingAdmissionPolicy";
  private static final String ENABLED = "validatingAdmissionPolicy: {enabled: true}";

  @Test
  void itIsOffByDefault() {
    assertEquals(List.of(), Rendered.with("{}").all(KIND));
  }

  @ParameterizedTest
  @CsvSource({"1.29.9, 0", "1.30.0, 1", "1.30.1-gke.1350000, 1", "1.36.0, 1"})
  void onlyWhereItIsServed(String kubernetes, int count) {
    Rendered rendered = Rendered.of(kubernetes, ENABLED);
    assertEquals(count, rendered.all(KIND).size());
    assertEquals(count, rendered.all(KIND + "Binding").size());
  }

  @ParameterizedTest
  @CsvSource({"node", "self"})
  void itWarnsInEveryMode(String mode) {
    Rendered rendered = Rendered.with(ENABLED, "mode: " + mode);
    JsonNode policy = rendered.only(KIND);
    JsonNode binding = rendered.only(KIND + "Binding");
    assertAll(
        () -> assertEquals("Ignore", policy.at("/spec/failurePolicy").asString()),
        () -> assertEquals(Rendered.yaml("[Warn, Audit]"), binding.at("/spec/validationActions")),
        () -> assertEquals(Rendered.name(policy), binding.at("/spec/policyName").asString()),
        () ->
            assertTrue(
                binding
                    .at("/spec/matchResources/namespaceSelector")
                    .toString()
                    .contains("dnsonde.github.io/admission")));
  }

  @Test
  void theNotesSayIfTheClusterIsTooOld() {
    assertTrue(
        Rendered.notesOf("1.29.0", ENABLED)
            .contains("WARNING: validatingAdmissionPolicy needs Kubernetes 1.30"));
    assertFalse(Rendered.notes(ENABLED).contains("needs Kubernetes"));
  }
}
