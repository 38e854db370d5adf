package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the tables of cases of policies of other kinds than NetworkPolicy. */
class OtherKindsCasesTest {

  static List<OtherKindsCase> admin() throws IOException {
    return OtherKindsCase.inResource("admin-cases.yaml");
  }

  static List<OtherKindsCase> calico() throws IOException {
    return OtherKindsCase.inResource("calico-cases.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin-cases.yaml", "calico-cases.yaml"})
  void eachTableHasAtLeast60Cases(String name) throws IOException {
    List<OtherKindsCase> cases = OtherKindsCase.inResource(name);
    assertTrue(cases.size() >= 60, () -> name + " has " + cases.size());
    assertEquals(cases.size(), cases.stream().map(OtherKindsCase::id).distinct().count());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("admin")
  void kindsForAdministrators(OtherKindsCase known) {
    assertAgrees(known);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calico")
  void kindsOfCalico(OtherKindsCase known) {
    assertAgrees(known);
  }

  private static void assertAgrees(OtherKindsCase known) {
    PathVerdict verdict = known.judged();
    assertAll(
        known.id(),
        () ->
            assertEquals(
                known.egress(), OtherKindsCase.verdict(verdict.egress()), verdict::toString),
        () ->
            known
                .ingress()
                .ifPresent(
                    expected ->
                        assertEquals(
                            expected,
                            OtherKindsCase.verdict(verdict.ingress()),
                            verdict::toString)),
        () ->
            known
                .by()
                .ifPresent(
                    part ->
                        assertTrue(
                            OtherKindsCase.words(verdict).contains(part),
                            () -> part + " in " + OtherKindsCase.words(verdict))));
  }
}
