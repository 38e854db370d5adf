package io.github.dnsonde.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Labels;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of decisions. */
class DecisionsTest {

  static List<DecisionCase> cases() throws IOException {
    return DecisionCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theDecisionIsAsExpected(DecisionCase each) {
    AdmissionDecision decision = decision(each);
    String found =
        decision.result().label()
            + decision.override().map(override -> ": " + override.reason()).orElse("");
    assertEquals(each.expected(), found, () -> decision.toString());
    if (!each.warnings().isEmpty()) {
      assertEquals(each.warnings(), decision.answer().warnings());
    }
    if (!each.refusal().isEmpty()) {
      assertEquals(each.refusal(), decision.answer().refusal().stream().toList());
    }
    assertTrue(
        decision.answer().verdict().startsWith(decision.result().label()),
        decision.answer()::verdict);
  }

  private static AdmissionDecision decision(DecisionCase each) {
    AdmissionJudge judge = new AdmissionJudge(each.terms(), _ -> each.permission());
    Labels labels =
        each.cluster().view().namespaces().getOrDefault(each.request().namespace(), Labels.NONE);
    return judge
        .early(each.request(), labels, each.deleting())
        .orElseGet(() -> judge.decide(each.request(), each.cluster(), DecisionCase.NOW));
  }

  @Test
  void eachResultThatDependsOnTheRequestHasACase() throws IOException {
    List<String> expected =
        cases().stream().map(each -> each.expected().replaceFirst(":.*", "")).distinct().toList();
    for (Result result : Result.values()) {
      boolean ofController = result == Result.NOT_READY || result == Result.BUSY;
      assertEquals(!ofController, expected.contains(result.label()), result::label);
    }
  }
}
