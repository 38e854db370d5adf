package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.kube.NamespaceReader;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The readings of namespaces, by what fails in them. */
class FailureViewTest {

  private static final Demand SHOP = new Demand("shop", 1, 0);
  private static final Demand PAY = new Demand("pay", 1, 0);
  private static final Demand LOOSE = new Demand("loose", 0, 0);

  private final FakeTicker ticker = new FakeTicker();
  private final List<String> readings = new ArrayList<>();
  private Optional<String> trouble = Optional.empty();
  private final FailureView view = new FailureView(this::read, "kube-system", ticker);

  @Test
  void whatFailsIsReadEveryTenSecondsAndOnceMoreAfterIt() {
    seconds(12, SHOP);
    assertEquals(List.of("shop; kube-system shop", "shop; kube-system shop"), readings);
    readings.clear();
    seconds(30);
    assertEquals(List.of("shop; shop", "; "), readings, "the last reading, and the end");
    assertSame(ClusterView.EMPTY, view.latest());
  }

  @Test
  void whatFailsLaterIsReadAtOnceAlone() {
    seconds(3, SHOP);
    seconds(3, SHOP, PAY);
    assertEquals(List.of("shop; kube-system shop", "pay shop; "), readings);
    readings.clear();
    seconds(3, PAY);
    assertEquals(List.of("pay shop; shop"), readings, "what ended the failure");
    readings.clear();
    seconds(3, PAY);
    assertEquals(List.of("pay; kube-system pay"), readings);
  }

  /** One that fails and recovers each second must not cost more than one that fails. */
  @Test
  void aNamespaceThatWaversCostsLittle() {
    for (int i = 0; i < 50; i++) {
      seconds(1, SHOP, PAY);
      seconds(1, PAY);
    }
    assertTrue(readings.size() <= 3 * 10 + 1, readings::toString);
  }

  /** A server that throttles is not asked each second. */
  @Test
  void afterAFailureEachReadingWaits() {
    trouble = Optional.of("429");
    IntStream.range(0, 30)
        .forEach(
            i ->
                seconds(
                    1,
                    IntStream.rangeClosed(0, i)
                        .mapToObj(each -> new Demand("n" + each, 1, 0))
                        .toArray(Demand[]::new)));
    assertEquals(3, readings.size());
  }

  @Test
  void policiesThatAreNotEnforcedAreReadSeldom() {
    seconds(601, LOOSE);
    assertEquals(3, readings.size());
    seconds(1, LOOSE, SHOP);
    assertEquals("loose shop; ", readings.getLast(), "at once");
    seconds(9, LOOSE, SHOP);
    assertEquals(5, readings.size());
    assertEquals("loose shop; kube-system loose shop", readings.getLast());
  }

  @Test
  void aReadingThatWasIncompleteIsRepeatedSoon() {
    trouble = Optional.of("the policies of other kinds have not been listed yet");
    seconds(1, LOOSE);
    trouble = Optional.empty();
    seconds(301, LOOSE);
    assertEquals(2, readings.size(), readings::toString);
  }

  /** Paths that no pod's resolver takes fail everywhere at times, and nobody suffers. */
  @Test
  void ofManyNamespacesThoseThatSufferMostAreRead() {
    List<Demand> demands = new ArrayList<>();
    IntStream.range(0, 600).forEach(i -> demands.add(new Demand("unused" + i, 0, 1_000)));
    IntStream.range(0, 200).forEach(i -> demands.add(new Demand("used" + i, 2 + i, 0)));
    view.follow(demands);
    Set<String> most = new TreeSet<>();
    IntStream.range(150, 200).forEach(i -> most.add("used" + i));
    assertEquals(String.join(" ", most) + "; kube-system " + String.join(" ", most), last());
  }

  /** Explanations that come and go would be lines of the timeline. */
  @Test
  void namespacesWithAboutAsManyPathsDoNotTakeTurns() {
    for (int second = 0; second < 60; second++) {
      int wave = second;
      view.follow(
          IntStream.range(0, 100)
              .mapToObj(i -> new Demand("n" + i, 10 + (wave + i) % 5, 0))
              .toList());
      ticker.advance(Duration.ofSeconds(1));
    }
    assertEquals(1, Set.copyOf(readings).size(), readings::toString);
    view.follow(
        IntStream.range(0, 100).mapToObj(i -> new Demand("n" + i, i == 99 ? 100 : 10, 0)).toList());
    assertTrue(last().startsWith("n") && last().contains("n99"), "one with many more is read");
  }

  private String last() {
    return readings.getLast();
  }

  private void seconds(int count, Demand... demands) {
    for (int i = 0; i < count; i++) {
      view.follow(List.of(demands));
      ticker.advance(Duration.ofSeconds(1));
    }
  }

  private NamespaceReader.Reading read(Set<String> namespaces, Set<String> again) {
    readings.add(
        String.join(" ", new TreeSet<>(namespaces))
            + "; "
            + String.join(" ", new TreeSet<>(again)));
    return new NamespaceReader.Reading(
        namespaces.isEmpty()
            ? ClusterView.EMPTY
            : ClusterView.EMPTY.with("kube-system", Labels.NONE),
        trouble);
  }
}
