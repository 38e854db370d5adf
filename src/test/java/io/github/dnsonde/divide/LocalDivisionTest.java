package io.github.dnsonde.divide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.report.ClassKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The division of an agent without a controller. */
class LocalDivisionTest {

  private final Fleet fleet = new Fleet(200, 100, 3, 26);

  @Test
  void everyVantageIsCoreWhileThePlanFitsAnEqualShare() {
    NodeWork node = Fleet.at(fleet.nodes, "node-7");
    NodeDivision part = LocalDivision.of(fleet.terms(200 * 10.4), node);
    assertTrue(part.whole());
    assertEquals(10.4, part.share(), 1e-9);
    assertFalse(LocalDivision.of(fleet.terms(200 * 10.3), node).whole());
  }

  @Test
  void otherwiseItsQueriesFitAnEqualShare() {
    for (double equal : List.of(0.2, 0.5, 1.0, 2.0, 5.0)) {
      Terms terms = fleet.terms(200 * equal);
      fleet
          .nodes()
          .forEach(
              node -> {
                NodeDivision part = LocalDivision.of(terms, node);
                assertTrue(
                    Fleet.rate(node, part) <= equal,
                    () -> node.node() + " sends " + Fleet.rate(node, part) + " of " + equal);
              });
    }
  }

  @Test
  void itHasCoreVantagesInTwoNamespaces() {
    fleet
        .nodes()
        .forEach(
            node ->
                assertTrue(
                    LocalDivision.of(fleet.terms(20), node).core().keySet().stream()
                            .map(ClassKey::namespace)
                            .distinct()
                            .count()
                        >= 2,
                    node::node));
  }

  @Test
  void nodesChooseDifferentNamespaces() {
    Map<String, Long> chosen =
        fleet.nodes().stream()
            .flatMap(node -> LocalDivision.of(fleet.terms(200), node).core().keySet().stream())
            .collect(Collectors.groupingBy(ClassKey::namespace, Collectors.counting()));
    assertTrue(chosen.size() >= 95, () -> chosen.size() + " of 100 namespaces");
  }
}
