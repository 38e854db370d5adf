package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Server;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The entries of probes that left the plan, kept for their successors: probes with the same
 * question for the same server from the same namespace. Pods come and go. A namespace whose pod is
 * replaced before its turn comes must not wait from the start each time.
 */
final class FormerProbes {

  /** More than the probes of a full node. */
  static final int MOST = 2_000;

  private static final Comparator<Vacancy> LONGEST_UNASKED_FIRST =
      Comparator.comparingLong(
          (Vacancy vacancy) -> vacancy.scheduledProbe.startedAt() - vacancy.since);

  private final SequencedMap<Place, List<Vacancy>> byPlace = new LinkedHashMap<>();
  private int size;

  /** The properties that a probe and its successor share. */
  private record Place(String namespace, Server server, Question question) {

    static Place of(Probe probe) {
      return new Place(probe.vantage().namespace(), probe.server(), probe.question());
    }
  }

  private record Vacancy(ScheduledProbe scheduledProbe, long since) {}

  /** Keeps the entry of a probe that leaves. Those that left first are forgotten first. */
  void add(ScheduledProbe scheduledProbe, long now) {
    byPlace
        .computeIfAbsent(Place.of(scheduledProbe.probe), _ -> new ArrayList<>())
        .add(new Vacancy(scheduledProbe, now));
    size++;
    if (size > MOST) {
      size -= byPlace.pollFirstEntry().getValue().size();
    }
  }

  /** Forgets an entry, because its own probe is planned again. */
  void remove(ScheduledProbe scheduledProbe) {
    of(scheduledProbe.probe)
        .filter(vacancy -> vacancy.scheduledProbe == scheduledProbe)
        .findFirst()
        .ifPresent(this::remove);
  }

  /**
   * Creates the entry of a new probe in place of one that left. Of several, it succeeds the one
   * that had waited longest.
   */
  Optional<ScheduledProbe> successor(Probe probe, long now) {
    Optional<Vacancy> free = of(probe).min(LONGEST_UNASKED_FIRST);
    free.ifPresent(this::remove);
    return free.map(
        vacancy -> new ScheduledProbe(probe, vacancy.scheduledProbe, now - vacancy.since));
  }

  private Stream<Vacancy> of(Probe probe) {
    return byPlace.getOrDefault(Place.of(probe), List.of()).stream();
  }

  private void remove(Vacancy vacancy) {
    Place place = Place.of(vacancy.scheduledProbe.probe);
    List<Vacancy> left = byPlace.getOrDefault(place, new ArrayList<>());
    left.remove(vacancy);
    size--;
    if (left.isEmpty()) {
      byPlace.remove(place);
    }
  }
}
