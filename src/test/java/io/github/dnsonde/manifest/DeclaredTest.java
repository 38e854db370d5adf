package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declaration.Invalid;
import io.github.dnsonde.cluster.Declaration.NoDns;
import io.github.dnsonde.cluster.LabelSelector;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The annotations with which tenants declare that pods need no DNS. */
class DeclaredTest {

  @Test
  void anObjectWithoutTheAnnotationsDeclaresNothing() {
    assertEquals(Optional.empty(), namespace("owner: team-a"));
  }

  @Test
  void aNamespaceDeclaresForAllItsPods() {
    NoDns declared =
        valid("dnsonde.github.io/expect: no-dns\ndnsonde.github.io/expect-reason: ' batch '");
    assertEquals("Namespace payments", declared.holder().toString());
    assertEquals(LabelSelector.EVERYTHING, declared.selects());
    assertEquals("batch", declared.reason());
    assertEquals(Optional.empty(), declared.until());
    assertTrue(declared.isOfNamespace());
  }

  @ParameterizedTest
  @CsvSource({
    "2027-01-31, 2027-02-01T00:00:00Z", // the day is included
    "2027-01-31T18:00:00Z, 2027-01-31T18:00:00Z",
    "2027-01-31t18:00:00+02:00, 2027-01-31T16:00:00Z",
    "2028-02-29, 2028-03-01T00:00:00Z",
  })
  void itMayEnd(String until, Instant end) {
    NoDns declared =
        valid("dnsonde.github.io/expect: no-dns\ndnsonde.github.io/expect-until: '" + until + "'");
    assertEquals(Optional.of(end), declared.until());
    assertTrue(!declared.isExpired(end.minusMillis(1)) && declared.isExpired(end));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2027-02-29",
        "2027-1-31",
        "tomorrow",
        "",
        "31.01.2027",
        "2027-01-31T18:00:00",
        "2027-01-31 18:00:00Z",
        "+999999999-12-31T00:00:00Z",
      })
  void aWrongEndMakesItInvalid(String until) {
    assertEquals(
        "annotation dnsonde.github.io/expect-until is '"
            + until
            + "', expected a date or an instant of RFC 3339, such as 2027-01-31 or"
            + " 2027-01-31T18:00:00Z",
        invalid("dnsonde.github.io/expect: no-dns\ndnsonde.github.io/expect-until: '" + until + "'")
            .why());
  }

  @ParameterizedTest
  @ValueSource(strings = {"No-DNS", "none", "", "dns", "no-dns "})
  void anUnknownWordMakesItInvalid(String word) {
    assertEquals(
        "annotation dnsonde.github.io/expect is '" + word + "', expected no-dns",
        invalid("dnsonde.github.io/expect: '" + word + "'").why());
  }

  @Test
  void aReasonAloneHasNoEffect() {
    assertEquals(
        "annotation dnsonde.github.io/expect-reason has no effect without"
            + " dnsonde.github.io/expect",
        invalid("dnsonde.github.io/expect-reason: batch").why());
    assertEquals(
        "annotation dnsonde.github.io/expect-until has no effect without"
            + " dnsonde.github.io/expect",
        invalid("dnsonde.github.io/expect-until: '2027-01-31'").why());
  }

  @Test
  void whatATenantWritesIsBoundedAndEscaped() {
    NoDns long200 =
        valid(
            "dnsonde.github.io/expect: no-dns\ndnsonde.github.io/expect-reason: "
                + "x".repeat(100_000));
    assertEquals(Declaration.LONGEST_REASON, long200.reason().length());
    NoDns hostile =
        valid(
            "dnsonde.github.io/expect: no-dns\n"
                + "dnsonde.github.io/expect-reason: \"a\\nnamespace shop fails\\e[31m\\u202e\"");
    assertEquals("a\\nnamespace shop fails\\u001b[31m\\u202e", hostile.reason());
    String why = invalid("dnsonde.github.io/expect: \"\\n" + "y".repeat(100_000) + "\"").why();
    assertTrue(why.length() < 200 && why.contains("'\\nyyy"), why);
  }

  @Test
  void aPolicyDeclaresForThePodsThatItSelects() {
    Fields policy =
        fields("namespace: payments\n  name: batch", "dnsonde.github.io/expect: no-dns");
    assertTrue(
        Declared.ofPolicy(policy, Optional.of(LabelSelector.EVERYTHING)).orElseThrow()
                instanceof NoDns noDns
            && noDns.holder().toString().equals("NetworkPolicy payments/batch")
            && !noDns.isOfNamespace());
    assertTrue(
        Declared.ofPolicy(policy, Optional.empty()).orElseThrow() instanceof Invalid,
        "nobody knows which pods");
  }

  private static NoDns valid(String annotations) {
    return (NoDns) namespace(annotations).orElseThrow();
  }

  private static Invalid invalid(String annotations) {
    return (Invalid) namespace(annotations).orElseThrow();
  }

  private static Optional<Declaration> namespace(String annotations) {
    return Declared.ofNamespace(fields("name: payments", annotations));
  }

  private static Fields fields(String names, String annotations) {
    return Written.documents(
            "metadata:\n  "
                + names
                + "\n  annotations:\n    "
                + annotations.replace("\n", "\n    "))
        .getFirst()
        .object("metadata");
  }
}
