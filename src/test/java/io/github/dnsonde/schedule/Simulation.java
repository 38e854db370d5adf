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
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Runs the queue in steps of a millisecond. Every query takes the same time, except that it takes a
 * millisecond if the wire is open or its probe is not silent.
 */
final class Simulation {

  static final long SECOND = Duration.ofSeconds(1).toNanos();
  static final long MILLI = Duration.ofMillis(1).toNanos();

  final ProbeQueue probeQueue;
  final Map<Probe, List<Long>> asked = new HashMap<>();
  final List<Probe> capped = new ArrayList<>();
  final Map<Probe, List<Seen>> seen = new HashMap<>();
  Predicate<Probe> failing = probe -> false;
  LongPredicate open = _ -> false;
  Predicate<Probe> silent = _ -> true;
  long takes = MILLI;
  long now;
  int mostInFlight;
  private final List<Flight> inFlight = new ArrayList<>();

  private record Flight(DueProbe dueProbe, long sent, long ends, boolean fails) {}

  /** An outcome with the times when its query was sent and ended. */
  record Seen(long sent, long ended, boolean failed, boolean overtaken) {}

  Simulation(List<Probe> probes, Pace pace) {
    probeQueue = new ProbeQueue(pace, 0);
    probeQueue.follow(new Plan(probes), pace, 0);
  }

  void run(int seconds) {
    runFor(seconds * SECOND);
  }

  void runFor(long nanos) {
    for (long end = now + nanos; now < end; now += MILLI) {
      answer();
      for (Optional<DueProbe> turn = probeQueue.next(now);
          turn.isPresent();
          turn = probeQueue.next(now)) {
        asked.computeIfAbsent(turn.get().probe(), _ -> new ArrayList<>()).add(now);
        inFlight.add(send(turn.get()));
      }
      mostInFlight = Math.max(mostInFlight, inFlight.size());
      capped.addAll(probeQueue.capped(now));
    }
  }

  private Flight send(DueProbe dueProbe) {
    return open.test(now) || !silent.test(dueProbe.probe())
        ? new Flight(dueProbe, now, now + MILLI, false)
        : new Flight(dueProbe, now, now + takes, failing.test(dueProbe.probe()));
  }

  private void answer() {
    List<Flight> ended = inFlight.stream().filter(flight -> flight.ends() <= now).toList();
    inFlight.removeAll(ended);
    for (Flight flight : ended) {
      boolean overtaken = probeQueue.done(flight.dueProbe(), true, now);
      if (!overtaken) {
        probeQueue.result(flight.dueProbe().probe(), flight.fails(), now);
      }
      seen.computeIfAbsent(flight.dueProbe().probe(), _ -> new ArrayList<>())
          .add(new Seen(flight.sent(), now, flight.fails(), overtaken));
    }
  }

  /** The most queries that were in flight at once for one probe. */
  long mostOf(Probe probe) {
    TreeMap<Long, Integer> changes = new TreeMap<>();
    for (Seen outcome : seen.getOrDefault(probe, List.of())) {
      changes.merge(outcome.sent(), 1, Integer::sum);
      changes.merge(outcome.ended(), -1, Integer::sum);
    }
    long most = 0;
    long present = 0;
    for (int change : changes.values()) {
      present += change;
      most = Math.max(most, present);
    }
    return most;
  }

  List<Long> times(Probe probe) {
    return asked.getOrDefault(probe, List.of());
  }

  /** The longest time for which a probe was not queried, from the start to now. */
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
