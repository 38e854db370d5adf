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

/** One scenario, played through: well, broken, fixed, well. */
record Play(Scenario scenario, Cast cast, Pager pager) implements Callable<Play.Course> {

  private static final Duration FIRES_WITHIN = Duration.ofMinutes(6);
  private static final Duration RESOLVED_WITHIN = Duration.ofMinutes(7);

  /**
   * How it went.
   *
   * @param mistakes what was not as it should be, in words
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
      return new Course(scenario, began, Instant.now(), List.of("came to nothing: " + e));
    }
  }

  private Course played() throws IOException, InterruptedException {
    List<String> mistakes = new ArrayList<>();
    Thread.sleep(scenario.begins());
    mistakes.addAll(unexpected("before anything was wrong"));
    Instant broken = Instant.now();
    scenario.breaking().on(cast);
    if (!pager.await(FIRES_WITHIN, _ -> missing().isEmpty())) {
      missing().forEach(alert -> mistakes.add("did not come: " + alert.labels()));
    }
    Duration left = Duration.between(Instant.now(), broken.plus(scenario.lasts()));
    Thread.sleep(left.isPositive() ? left : Duration.ZERO);
    Instant fixed = Instant.now();
    scenario.fix().on(cast);
    if (!pager.await(RESOLVED_WITHIN, p -> p.firing(scenario::concerns).isEmpty())) {
      pager
          .firing(scenario::concerns)
          .forEach(each -> mistakes.add("not resolved: " + each.labels()));
    }
    mistakes.addAll(strangers());
    return new Course(scenario, broken, fixed, mistakes);
  }

  /** Alerts about agents that are not in this play. */
  private List<String> strangers() {
    Set<String> agents = cast.targets().stream().map(Target::address).collect(toSet());
    return pager.told(scenario::concerns).stream()
        .map(each -> each.label("instance"))
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
        .map(each -> "came " + when + ": " + Expected.own(each.labels()))
        .toList();
  }
}
