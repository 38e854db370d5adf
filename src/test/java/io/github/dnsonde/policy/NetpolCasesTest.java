package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks every field of every case in a file: {@code -Dnetpol.cases=FILE}, otherwise the cases next
 * to this test. Always checks further cases, which close gaps in them.
 */
class NetpolCasesTest {

  private static int agreed;
  private static int judged;

  static List<NetpolCase> given() throws IOException {
    String file = System.getProperty("netpol.cases", "");
    return file.isEmpty()
        ? NetpolCase.inResource("netpol-cases.yaml")
        : NetpolCase.inFile(Path.of(file));
  }

  static List<NetpolCase> further() throws IOException {
    return NetpolCase.inResource("further-cases.yaml");
  }

  @Test
  void thereAreCases() throws IOException {
    assertTrue(given().size() > 1, "there are cases");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("given")
  void agrees(NetpolCase known) {
    judged++;
    assertAgrees(known);
    agreed++;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("further")
  void agreesInFurtherCases(NetpolCase known) {
    assertAgrees(known);
  }

  private static void assertAgrees(NetpolCase known) {
    PathVerdict pathVerdict =
        new PolicyEvaluator(known.policies())
            .pathVerdict(known.source(), known.destination(), known.portProtocol());
    assertEquals(expected(known), found(known, pathVerdict), pathVerdict::toString);
  }

  private static List<Optional<String>> expected(NetpolCase known) {
    return List.of(
        Optional.of(known.expected()),
        known.unknownReason(),
        known.likely().filter(_ -> !needsAnotherEngine(known)),
        known.expectedIngress(),
        known.expectedPath());
  }

  /**
   * Returns whether another engine decides: our likely verdict is then of NetworkPolicies alone.
   */
  private static boolean needsAnotherEngine(NetpolCase known) {
    return known.unknownReason().filter("foreign-policy"::equals).isPresent();
  }

  /** Returns the verdict in the fields that the case defines; others are not compared. */
  private static List<Optional<String>> found(NetpolCase known, PathVerdict pathVerdict) {
    return List.of(
        Optional.of(pathVerdict.egress().decision().label()),
        pathVerdict.egress() instanceof PolicyVerdict.Unknown unknown
            ? Optional.of(unknown.why().label())
            : Optional.empty(),
        known
            .likely()
            .filter(_ -> !needsAnotherEngine(known))
            .flatMap(_ -> pathVerdict.egress().likely())
            .map(Decision::label),
        known.expectedIngress().map(_ -> pathVerdict.ingress().decision().label()),
        known.expectedPath().map(_ -> pathVerdict.decision().label()));
  }

  @AfterAll
  static void printHowManyAgree() {
    System.out.printf("netpol cases: %d of %d agree%n", agreed, judged);
  }
}
