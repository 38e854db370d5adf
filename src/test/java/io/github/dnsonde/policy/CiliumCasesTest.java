package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the verdicts of Cilium's policies with the cases of a file next to this test. */
class CiliumCasesTest {

  static List<NetpolCase> cases() throws IOException {
    return NetpolCase.inResource("cilium-cases.yaml");
  }

  @Test
  void thereAreCases() throws IOException {
    assertTrue(cases().size() >= 60, "there are cases");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agrees(NetpolCase known) {
    PathVerdict pathVerdict =
        new PolicyEvaluator(known.policies())
            .pathVerdict(known.source(), known.destination(), known.portProtocol());
    assertEquals(
        List.of(
            Optional.of(known.expected()),
            known.unknownReason(),
            known.likely(),
            known.expectedIngress(),
            known.expectedPath()),
        List.of(
            Optional.of(pathVerdict.egress().decision().label()),
            pathVerdict.egress() instanceof PolicyVerdict.Unknown unknown
                ? Optional.of(unknown.why().label())
                : Optional.empty(),
            known.likely().flatMap(_ -> pathVerdict.egress().likely()).map(Decision::label),
            known.expectedIngress().map(_ -> pathVerdict.ingress().decision().label()),
            known.expectedPath().map(_ -> pathVerdict.decision().label())),
        pathVerdict::toString);
  }
}
