package io.github.dnsonde.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Runs the turns in steps of a millisecond; every question takes the same time. */
final class Simulation {

  static final long SECOND = Duration.ofSeconds(1).toNanos();
  static final long MILLI = Duration.ofMillis(1).toNanos();

  final Turns turns;
  final Map<Probe, List<Long>> asked = new HashMap<>();
  final List<Probe> capped = new ArrayList<>();
  Predicate<Probe> failing = probe -> false;
  long takes = MILLI;
  long now;
  int mostInFlight;
  private final Map<Probe, Long> inFlight = new HashMap<>();

  Simulation(List<Probe> probes, Pace pace) {
    turns = new Turns(pace, 0);
    turns.follow(new Plan(probes), pace, 0);
  }

  void run(int seconds) {
    runFor(seconds * SECOND);
  }

  void runFor(long nanos) {
    for (long end = now + nanos; now < end; now += MILLI) {
      answer();
      for (Optional<Turn> turn = turns.next(now); turn.isPresent(); turn = turns.next(now)) {
        asked.computeIfAbsent(turn.get().probe(), _ -> new ArrayList<>()).add(now);
        inFlight.put(turn.get().probe(), now);
      }
      mostInFlight = Math.max(mostInFlight, inFlight.size());
      capped.addAll(turns.capped(now));
    }
  }

  private void answer() {
    List<Probe> answered =
        inFlight.entrySet().stream()
            .filter(e -> now - e.getValue() >= takes)
            .map(Map.Entry::getKey)
            .toList();
    for (Probe probe : answered) {
      inFlight.remove(probe);
      turns.done(probe, Optional.of(failing.test(probe)), now);
    }
  }

  List<Long> times(Probe probe) {
    return asked.getOrDefault(probe, List.of());
  }

  /** The longest time that a probe was not asked, from the start to now. */
  long longestGap(Probe probe) {
    long longest = 0;
    long before = 0;
    for (long time : times(probe)) {
      longest = Math.max(longest, time - before);
      before = time;
    }
    return Math.max(longest, now - before);
  }

  long total() {
    return count(probe -> true);
  }

  long count(Predicate<Probe> which) {
    return asked.entrySet().stream()
        .filter(e -> which.test(e.getKey()))
        .mapToLong(e -> e.getValue().size())
        .sum();
  }

  static void assertWithin(long expected, long found, long tolerance, String what) {
    assertTrue(
        Math.abs(found - expected) <= tolerance,
        () -> what + ": expected " + expected + " ± " + tolerance + ", found " + found);
  }

  static Pace pace(int periodSeconds, int inFlight, double budget) {
    return new Pace(
        Duration.ofSeconds(periodSeconds),
        Duration.ofMillis(7_500),
        Duration.ofSeconds(5),
        inFlight,
        budget);
  }

  static List<Probe> probes(int count) {
    return IntStream.range(0, count).mapToObj(Simulation::probe).toList();
  }

  static Probe probe(int i) {
    return probe("ns", "pod-" + i);
  }

  static Probe probe(String namespace, String pod) {
    return new Probe(
        new Vantage(namespace, "w", pod, "node", Vantage.ANY),
        new Server("kube-dns", Vantage.ANY, 53),
        new Question(
            "example.com.", RecordType.A, Transport.UDP, Scope.EXTERNAL, Expectation.ANY_RECORD),
        true);
  }
}
