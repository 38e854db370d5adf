package io.github.dnsonde.e2e.drill;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.e2e.monitoring.Notification;
import io.github.dnsonde.e2e.monitoring.Pager;
import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/** One scenario as it is played: healthy, broken, fixed, healthy. */
record Play(Scenario scenario, Cast cast, Pager pager) implements Callable<Play.Course> {

  private static final Duration RESOLVED_WITHIN = Duration.ofMinutes(7);

  /**
   * The course of a scenario.
   *
   * @param mistakes the differences from the expected course
   */
  record Course(Scenario scenario, Instant broken, Instant fixed, List<String> mistakes) {
    Course {
      mistakes = List.copyOf(mistakes);
    }
  }

  @Override
  public Course call() throws InterruptedException {
    Instant began = Instant.now();
    try {
      return played();
    } catch (IOException e) {
      return new Course(scenario, began, Instant.now(), List.of("failed: " + e));
    }
  }

  private Course played() throws IOException, InterruptedException {
    List<String> mistakes = new ArrayList<>();
    Thread.sleep(scenario.begins());
    mistakes.addAll(unexpected("before the fault"));
    Instant broken = Instant.now();
    scenario.breaking().on(cast);
    if (!pager.await(scenario.within(), _ -> missing().isEmpty())) {
      missing().forEach(alert -> mistakes.add("missing: " + alert.labels()));
    }
    Duration left = Duration.between(Instant.now(), broken.plus(scenario.lasts()));
    Thread.sleep(left.isPositive() ? left : Duration.ZERO);
    Instant fixed = Instant.now();
    scenario.fix().on(cast);
    if (!pager.await(RESOLVED_WITHIN, p -> p.firing(scenario::concerns).isEmpty())) {
      pager
          .firing(scenario::concerns)
          .forEach(alert -> mistakes.add("not resolved: " + alert.labels()));
    }
    mistakes.addAll(strangers());
    return new Course(scenario, broken, fixed, mistakes);
  }

  /** Returns mistakes for alerts about agents that are not in this scenario. */
  private List<String> strangers() {
    Set<String> agents = cast.targets().stream().map(Target::address).collect(toSet());
    return pager.told(scenario::concerns).stream()
        .map(alert -> alert.label("instance"))
        .filter(instance -> !instance.isEmpty() && !agents.contains(instance))
        .map(instance -> "there is no agent " + instance)
        .toList();
  }

  private List<Expected> missing() {
    List<Notification> told = pager.told(scenario::concerns);
    return scenario.expected().stream()
        .filter(alert -> told.stream().noneMatch(alert::is))
        .toList();
  }

  private List<String> unexpected(String when) {
    return pager.told(scenario::concerns).stream()
        .map(alert -> "unexpected " + when + ": " + Expected.own(alert.labels()))
        .toList();
  }
}
