package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.report.ClassKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The queries of a while, in simulated time. */
final class Observed {

  private static final double SECOND = Duration.ofSeconds(1).toNanos();

  private final long began;
  private final Map<ClassKey, Map<String, Long>> byNode = new HashMap<>();
  private final Map<ClassKey, Long> ofClass = new HashMap<>();
  private final Map<Vantage, Long> ofVantage = new HashMap<>();
  private final List<Integer> offNode = new ArrayList<>();
  private long onNode;
  private long classGap;
  private long threeNodes;
  private long vantageGap;
  private ClassKey worst = new ClassKey("-", "-");

  Observed(long began) {
    this.began = began;
  }

  /** Takes over the times of the last queries, so that a gap may have begun before. */
  void after(Observed before) {
    byNode.putAll(before.byNode);
    ofClass.putAll(before.ofClass);
    ofVantage.putAll(before.ofVantage);
  }

  /**
   * Counts a query.
   *
   * @param hosts the number of nodes that have vantages of the class
   */
  void query(ClassKey key, Vantage vantage, String node, int hosts, boolean off, long now) {
    if (off) {
      int second = (int) ((now - began) / SECOND);
      while (offNode.size() <= second) {
        offNode.add(0);
      }
      offNode.set(second, offNode.get(second) + 1);
    } else {
      onNode++;
    }
    Long last = ofVantage.put(vantage, now);
    vantageGap = Math.max(vantageGap, last == null ? 0 : now - last);
    if (off) {
      ofClass(key, node, hosts, now);
    }
  }

  private void ofClass(ClassKey key, String node, int hosts, long now) {
    Long before = ofClass.put(key, now);
    if (before != null && now - before > classGap) {
      classGap = now - before;
      worst = key;
    }
    Map<String, Long> times = byNode.computeIfAbsent(key, _ -> new HashMap<>());
    if (times.size() >= 3 && hosts >= 3) {
      times.values().stream()
          .sorted(Comparator.reverseOrder())
          .skip(2)
          .findFirst()
          .ifPresent(third -> threeNodes = Math.max(threeNodes, now - third));
    }
    times.put(node, now);
    if (times.size() > 8) {
      times.values().removeIf(time -> now - time > 120 * SECOND);
    }
  }

  double classGap() {
    return classGap / SECOND;
  }

  ClassKey worst() {
    return worst;
  }

  double threeNodes() {
    return threeNodes / SECOND;
  }

  double vantageGap() {
    return vantageGap / SECOND;
  }

  double inOneSecond() {
    return inWindow(1);
  }

  double inTenSeconds() {
    return inWindow(10);
  }

  private double inWindow(int seconds) {
    double most = 0;
    long sum = 0;
    for (int i = 0; i < offNode.size(); i++) {
      sum += offNode.get(i) - (i >= seconds ? offNode.get(i - seconds) : 0);
      most = Math.max(most, (double) sum / seconds);
    }
    return most;
  }

  double mean() {
    return offNode.stream().mapToInt(Integer::intValue).average().orElse(0);
  }

  double onNodeMean() {
    return offNode.isEmpty() ? 0 : (double) onNode / offNode.size();
  }
}
