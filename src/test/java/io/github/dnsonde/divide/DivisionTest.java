package io.github.dnsonde.divide;

import static io.github.dnsonde.divide.Fleet.SECOND;
import static io.github.dnsonde.divide.Fleet.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A division of work, and the next one after a change. */
class DivisionTest {

  private static final long MINUTE = 60 * SECOND;

  private final Fleet fleet = new Fleet(60, 50, 3, 12);

  @Test
  void everyVantageIsCoreWhileTheWholePlanFitsTheBudget() {
    Division division = fleet.settled(Division.NONE, 400, 0);
    assertTrue(division.whole());
    fleet
        .turns(division)
        .values()
        .forEach(turns -> turns.values().forEach(turn -> assertEquals(Role.ALONE, turn)));
    assertEquals(60 * 12 * 4 / 10.0, fleet.rate(division), 1e-9);
  }

  /** 288 queries a second are wanted; two percent are withheld. */
  @ParameterizedTest
  @CsvSource({"294, false, true", "293, false, false", "294, true, false", "327, true, true"})
  void aDivisionNearTheLimitStaysAsItWas(double budget, boolean divided, boolean whole) {
    Division before = divided ? fleet.settled(Division.NONE, 200, 0) : Division.NONE;
    assertEquals(whole, before.next(fleet.terms(budget), fleet.nodes(), 1).whole());
  }

  @Test
  void otherwiseEachClassIsQueriedInEveryPeriodByThreeNodesInTurn() {
    Division division = fleet.settled(Division.NONE, 150, 0);
    assertFalse(division.whole());
    fleet
        .turns(division)
        .forEach(
            (key, turns) -> {
              int hosts = hosts(key);
              assertTrue(turns.size() >= Math.min(3, hosts), () -> key + ": " + turns);
              assertEveryPeriodHasOneTurn(turns);
            });
  }

  private int hosts(ClassKey key) {
    return (int)
        fleet.nodes().stream()
            .filter(node -> node.classes().stream().anyMatch(work -> work.key().equals(key)))
            .count();
  }

  private static void assertEveryPeriodHasOneTurn(Map<String, Role.Core> turns) {
    int cycle =
        turns.values().stream()
            .mapToInt(Role.Core::of)
            .reduce(1, DivisionTest::leastCommonMultiple);
    assertTrue(cycle <= 10_000, () -> "the cycle of " + turns);
    for (int period = 0; period < cycle; period++) {
      int now = period;
      assertEquals(
          1,
          turns.values().stream().filter(turn -> now % turn.of() == turn.turn()).count(),
          () -> "in period " + now + " of " + turns);
    }
  }

  private static int leastCommonMultiple(int one, int other) {
    return one / BigInteger.valueOf(one).gcd(BigInteger.valueOf(other)).intValue() * other;
  }

  @Test
  void theClassesOfANamespaceHaveTheSameNodesAsFarAsThoseHaveThem() {
    Fleet uniform = new Fleet(0, 1, 1, 0);
    IntStream.range(0, 9)
        .forEach(
            i ->
                uniform.nodes.put(
                    "node-" + i,
                    new NodeWork(
                        "node-" + i,
                        "",
                        List.of(
                            Fleet.work("payments", "-"), Fleet.work("payments", "default-deny")),
                        0,
                        0,
                        0)));
    Division division = uniform.settled(Division.NONE, 3, 0);
    List<String> before = chosen(division, new ClassKey("payments", "-"));
    assertEquals(before, chosen(division, new ClassKey("payments", "default-deny")));
    assertEquals(3, before.size());
    assertEquals(9, uniform.namespaces(division).size(), "no node is without a core vantage");
  }

  private static List<String> chosen(Division division, ClassKey key) {
    return division.members(key).stream().limit(3).map(Division.Member::node).sorted().toList();
  }

  /** An incident often begins with a new policy, which renames a class. */
  @Test
  void aPolicyThatRenamesAClassMovesNoCoreNode() {
    Division before = fleet.settled(Division.NONE, 150, 0);
    List<String> chosen = chosen(before, new ClassKey("ns-7", "class-1"));
    fleet.nodes.replaceAll(
        (name, node) ->
            new NodeWork(
                name,
                node.zone(),
                node.classes().stream()
                    .map(
                        work ->
                            work.key().equals(new ClassKey("ns-7", "class-1"))
                                ? Fleet.work("ns-7", "class-1+broken")
                                : work)
                    .toList(),
                0,
                node.share(),
                node.report() + 1));
    Division after = before.next(fleet.terms(150), fleet.nodes(), MINUTE);
    assertEquals(chosen, chosen(after, new ClassKey("ns-7", "class-1+broken")));
  }

  @Test
  void coreNodesAreSpreadOverZones() {
    Division division = fleet.settled(Division.NONE, 150, 0);
    fleet
        .turns(division)
        .keySet()
        .forEach(
            key -> {
              Set<String> zones =
                  fleet.nodes().stream()
                      .filter(
                          node -> node.classes().stream().anyMatch(work -> work.key().equals(key)))
                      .map(NodeWork::zone)
                      .collect(Collectors.toSet());
              Set<String> used =
                  division.members(key).stream()
                      .map(member -> at(fleet.nodes, member.node()).zone())
                      .collect(Collectors.toSet());
              assertEquals(zones, used, key::toString);
            });
  }

  @Test
  void everyNodeHasCoreVantagesInTwoNamespaces() {
    Fleet many = new Fleet(300, 20, 1, 8);
    Division division = many.settled(Division.NONE, 100, 0);
    assertFalse(division.whole());
    many.nodes()
        .forEach(
            node ->
                assertTrue(
                    many.namespaces(division).getOrDefault(node.node(), Set.of()).size() >= 2,
                    node::node));
    many.turns(division).values().forEach(DivisionTest::assertEveryPeriodHasOneTurn);
  }

  @Test
  void aNodeThatJoinsMovesNothingElse() {
    Division before = fleet.settled(Division.NONE, 150, 0);
    Map<ClassKey, Map<String, Role.Core>> old = fleet.turns(before);
    fleet.join(1_000);
    Division after = before.next(fleet.terms(150), fleet.nodes(), MINUTE);
    Map<ClassKey, Map<String, Role.Core>> now = fleet.turns(after);
    int changed = 0;
    for (Map.Entry<ClassKey, Map<String, Role.Core>> entry : old.entrySet()) {
      Map<String, Role.Core> turns = at(now, entry.getKey());
      assertTrue(turns.keySet().containsAll(entry.getValue().keySet()), "nobody stops at once");
      assertTrue(turns.size() <= entry.getValue().size() + 1, entry::toString);
      changed += turns.equals(entry.getValue()) ? 0 : 1;
    }
    int classesOfTheNode = 12;
    assertTrue(changed <= classesOfTheNode, "changed: " + changed);
    assertTrue(changed > 0);
  }

  @Test
  void aNodeThatLeavesIsReplacedInItsOwnSlot() {
    Division before = fleet.settled(Division.NONE, 150, 0);
    Map<ClassKey, Map<String, Role.Core>> old = fleet.turns(before);
    fleet.nodes.remove("node-5");
    Division after = before.next(fleet.terms(150), fleet.nodes(), MINUTE);
    Map<ClassKey, Map<String, Role.Core>> now = fleet.turns(after);
    old.forEach(
        (key, turns) -> {
          Map<String, Role.Core> left = new HashMap<>(turns);
          Role.Core gone = left.remove("node-5");
          if (gone == null) {
            assertTrue(at(now, key).keySet().containsAll(left.keySet()), key::toString);
          } else if (at(now, key).size() >= 3) {
            assertEveryPeriodHasOneTurn(at(now, key));
            left.forEach(
                (node, turn) ->
                    assertTrue(
                        at(at(now, key), node).turn() % 3 == turn.turn() % 3,
                        () -> key + ": " + turns + " → " + at(now, key)));
          }
        });
  }

  @Test
  void aCoreVantageStaysCoreForTenMinutesAfterItWasLastChosen() {
    Division first = fleet.settled(Division.NONE, 150, 0);
    fleet.join(1_000);
    Division joined = fleet.settled(first, 150, MINUTE);
    ClassKey key =
        fleet.turns(joined).entrySet().stream()
            .filter(
                entry -> entry.getValue().containsKey("node-1000") && entry.getValue().size() > 3)
            .findFirst()
            .orElseThrow()
            .getKey();
    Set<String> four = at(fleet.turns(joined), key).keySet();
    Division stays = fleet.settled(joined, 150, 10 * MINUTE - 1);
    assertEquals(four, at(fleet.turns(stays), key).keySet());
    Division later = fleet.settled(stays, 150, 10 * MINUTE);
    assertTrue(at(fleet.turns(later), key).size() < four.size());
  }

  @Test
  void vantagesThatWereAllCoreStaySoForTenMinutesAndTakeTurns() {
    Division whole = fleet.settled(Division.NONE, 400, 0);
    Division divided = fleet.settled(whole, 150, MINUTE);
    assertFalse(divided.whole());
    assertEquals(60 * 12, core(divided));
    fleet.turns(divided).values().forEach(DivisionTest::assertEveryPeriodHasOneTurn);
    assertTrue(fleet.rate(divided) <= 150);
    assertTrue(core(fleet.settled(divided, 150, 20 * MINUTE)) < 60 * 12);
  }

  private int core(Division division) {
    return fleet.turns(division).values().stream().mapToInt(Map::size).sum();
  }

  @Test
  void aRestartedControllerLeavesCoreVantagesCore() {
    Division before = fleet.settled(Division.NONE, 150, 0);
    Map<ClassKey, Map<String, Role.Core>> old = fleet.turns(before);
    fleet.nodes.remove("node-3");
    fleet.nodes.replaceAll(
        (name, node) ->
            new NodeWork(
                name,
                node.zone(),
                node.classes().stream()
                    .map(
                        work ->
                            new ClassWork(
                                work.key(),
                                work.round(),
                                work.backgroundRound(),
                                at(old, work.key()).containsKey(name)))
                    .toList(),
                0,
                node.share(),
                node.report() + 1));
    Division restarted = Division.NONE.next(fleet.terms(150), fleet.nodes(), 0);
    fleet
        .turns(restarted)
        .forEach(
            (key, turns) -> {
              Set<String> stay = new HashSet<>(at(old, key).keySet());
              stay.remove("node-3");
              assertTrue(turns.keySet().containsAll(stay), key::toString);
            });
  }

  /** Background first: 120 leaves room for it, 80 does not, and at 40 turns are also longer. */
  @ParameterizedTest
  @CsvSource({"120, 285, 3", "80, 650, 3", "40, 1290, 6"})
  void aShortBudgetStretchesTheBackgroundFirst(double budget, long background, int of) {
    Fleet large = new Fleet(200, 50, 3, 26);
    Division division = large.settled(Division.NONE, budget, 0);
    assertEquals(background, division.background().toSeconds());
    assertTrue(large.rate(division) <= 0.96 * budget, () -> "sends " + large.rate(division));
    int least =
        large.turns(division).values().stream()
            .flatMap(turns -> turns.values().stream())
            .mapToInt(Role.Core::of)
            .min()
            .orElseThrow();
    assertEquals(of, least);
  }

  @Test
  void everyNodeCanSendWhatItIsToSend() {
    Division division = fleet.settled(Division.NONE, 150, 0);
    fleet
        .nodes()
        .forEach(
            node -> {
              NodeDivision part = division.of(node.node()).orElseThrow();
              assertTrue(Fleet.rate(node, part) <= part.share(), node::node);
            });
  }

  @ParameterizedTest
  @CsvSource({"0, 0, false", "3, 9, false", "29, 9, false", "30, 9, true", "1, 10, true"})
  void aControllerWaitsForAllReportsAndNotForLong(int seconds, int reported, boolean may) {
    assertEquals(may, Division.mayStart(reported, 10, Duration.ofSeconds(seconds)));
    assertFalse(Division.mayStart(0, 0, Duration.ofSeconds(1)), "the number is not known");
  }

  @Test
  void aNodeIsListedOnce() {
    NodeWork node = fleet.nodes.firstEntry().getValue();
    Terms terms = fleet.terms(150);
    List<NodeWork> twice = List.of(node, node);
    assertThrows(IllegalArgumentException.class, () -> Division.NONE.next(terms, twice, 0));
  }
}
