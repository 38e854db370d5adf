package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelExpression.And;
import io.github.dnsonde.cluster.LabelExpression.Has;
import io.github.dnsonde.cluster.LabelExpression.In;
import io.github.dnsonde.cluster.LabelExpression.Not;
import io.github.dnsonde.cluster.LabelExpression.Or;
import io.github.dnsonde.cluster.LabelExpression.Part;
import io.github.dnsonde.cluster.LabelExpression.Place;
import io.github.dnsonde.manifest.LabelExpressions.Meaning;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The language of Calico's selectors. */
class LabelExpressionsTest {

  private static final LabelExpression A = new In("a", Set.of("x"));
  private static final LabelExpression B = new Has("b/c.d-e_f");

  private static LabelExpression parsed(String text) {
    return LabelExpressions.parse(text, Meaning.OF_ENDPOINTS);
  }

  @Test
  void eachOperatorIsUnderstood() {
    assertEquals(A, parsed("a == 'x'"));
    assertEquals(A, parsed("\ta==\"x\" "));
    assertEquals(new Not(A), parsed("a != 'x'"));
    assertEquals(new In("a", Set.of("x", "y z")), parsed("a in {'x', \"y z\"}"));
    assertEquals(new In("a", Set.of("x")), parsed("a in{'x',}"));
    assertEquals(new In("a", Set.of()), parsed("a in {}"));
    assertEquals(new Not(new In("a", Set.of("x"))), parsed("a not  in {'x'}"));
    assertEquals(new Not(new In("a", Set.of("x"))), parsed("a notin {'x'}"));
    assertEquals(new Part("a", Place.ANYWHERE, "x"), parsed("a contains 'x'"));
    assertEquals(new Part("a", Place.START, "x"), parsed("a starts with 'x'"));
    assertEquals(new Part("a", Place.END, "x"), parsed("a ends with 'x'"));
    assertEquals(B, parsed("has(b/c.d-e_f)"));
    assertEquals(B, parsed("has( b/c.d-e_f )"));
    assertEquals(LabelExpression.all(), parsed("all()"));
    assertEquals(LabelExpression.all(), parsed("all( )"));
    assertEquals(LabelExpression.all(), parsed(" "));
  }

  @Test
  void operatorsBindAsInCalico() {
    assertEquals(
        new Or(List.of(A, new And(List.of(A, B)))),
        parsed("a == 'x' || a == 'x' && has(b/c.d-e_f)"));
    assertEquals(
        new And(List.of(new Or(List.of(A, B)), A)),
        parsed("(a == 'x' || has(b/c.d-e_f)) && a == 'x'"));
    assertEquals(new And(List.of(new Not(B), A)), parsed("!has(b/c.d-e_f) && a == 'x'"));
    assertEquals(B, parsed("! ! has(b/c.d-e_f)"));
    assertEquals(new Not(A), parsed("!(a == 'x')"));
    assertEquals(new Not(A), parsed("!a == 'x'"));
  }

  @Test
  void keysMayBeThoseOfTheNamespace() {
    Meaning namespaces = new Meaning("pcns.", B, new Not(B));
    assertEquals(new In("pcns.a", Set.of("x")), LabelExpressions.parse("a == 'x'", namespaces));
    assertEquals(B, LabelExpressions.parse("all()", namespaces));
    assertEquals(new Not(B), LabelExpressions.parse("global()", namespaces));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a =",
        "a = 'x'",
        "a == x",
        "a == 'x",
        "a == 'x' &&",
        "a == 'x' & b == 'y'",
        "a == 'x' || ",
        "a in 'x'",
        "a in {'x' 'y'}",
        "a in {'x'",
        "a not 'x'",
        "a starts 'x'",
        "has(a",
        "has()",
        "has a",
        "all",
        "(a == 'x'",
        "a == 'x')",
        "a == 'x' b",
        "$a == 'x'",
        "== 'x'",
        "!",
        "a == 'x'\n&& has(b)"
      })
  void mistakesAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> parsed(text));
  }

  /** Tenants write selectors: neither their length nor their depth may cost much. */
  @Test
  void selectorsAreBounded() {
    assertTrue(parsed("(".repeat(40) + "a == 'x'" + ")".repeat(40)).equals(A));
    assertThrows(
        IllegalArgumentException.class, () -> parsed("(".repeat(60) + "a == 'x'" + ")".repeat(60)));
    assertThrows(IllegalArgumentException.class, () -> parsed("!".repeat(20_000) + "has(a)"));
    assertThrows(IllegalArgumentException.class, () -> parsed("has(" + "k".repeat(600) + ")"));
  }

  /** A product of alternatives grows faster than its text. */
  @Test
  void theAlternativesOfASelectorAreBounded() {
    String any = "(" + String.join("||", Collections.nCopies(100, "has(a)")) + ")";
    String all = String.join("&&", Collections.nCopies(1_500, "has(a)"));
    String half = "(" + String.join("||", Collections.nCopies(50, "has(a)")) + ")";
    for (String text : List.of(any + "&&" + all, all + "&&" + any, any + "&&" + any, all)) {
      assertEquals(1, CalicoSelector.read(text).size());
      assertEquals(0, CalicoSelector.read(text).getFirst().matchExpressions().size());
    }
    assertEquals(50, CalicoSelector.read(half + "&&has(b)&&has(c)").size());
  }
}
