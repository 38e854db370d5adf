package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.drill.Play.Course;
import io.github.dnsonde.e2e.drill.Timeline.State;
import io.github.dnsonde.e2e.monitoring.Notification;
import io.github.dnsonde.e2e.monitoring.Pager;
import io.github.dnsonde.e2e.monitoring.Prometheus.AlertRule;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The report: compares the received alerts with the expected ones. */
final class Report {

  /** The longest wait of an alert in the drill; unit tests check the others. */
  private static final Duration DRILLED = Duration.ofMinutes(5);

  private final PrintStream out;
  private final Pager pager;
  private final List<String> mistakes = new ArrayList<>();

  Report(PrintStream out, Pager pager) {
    this.out = out;
    this.pager = pager;
  }

  /** Prints the head of the table. */
  void begin() {
    out.println();
    out.println(
        "| alert | severity | scenario | pending after | firing after | received after |"
            + " resolved after the fix | |");
    out.println("|---|---|---|--:|--:|--:|--:|---|");
  }

  /** Prints the rows of a scenario: of each expected alert, then of each unexpected one. */
  void add(Course course, Timeline timeline) {
    List<String> before = List.copyOf(mistakes);
    course.mistakes().forEach(mistake -> wrong(course, mistake));
    List<Notification> told = pager.told(course.scenario()::concerns);
    course.scenario().expected().forEach(alert -> row(course, alert, told, timeline));
    unexpected(course, told);
    told.forEach(
        alert -> Wording.mistakes(alert).forEach(m -> wrong(course, alert.name() + ": " + m)));
    if (course.scenario().expected().isEmpty()) {
      String result = mistakes.equals(before) ? "silent" : "WRONG";
      out.printf("| – | | %s | | | | | %s |%n", course.scenario().name(), result);
    }
  }

  private void row(Course course, Expected alert, List<Notification> told, Timeline timeline) {
    String cluster = course.scenario().name();
    Optional<Notification> came =
        told.stream().filter(Notification::firing).filter(alert::is).findFirst();
    Optional<Notification> went =
        told.stream()
            .filter(notification -> !notification.firing())
            .filter(alert::is)
            .reduce((_, last) -> last);
    out.printf(
        "| %s | %s | %s | %s | %s | %s | %s | %s |%n",
        alert.name(),
        alert.severity(),
        cluster,
        since(course.broken(), timeline.first(State.PENDING, course, alert)),
        since(course.broken(), timeline.first(State.FIRING, course, alert)),
        since(course.broken(), came.map(Notification::receivedAt)),
        since(course.fixed(), went.map(Notification::receivedAt)),
        came.isPresent() && went.isPresent() ? "ok" : "WRONG");
  }

  private void unexpected(Course course, List<Notification> told) {
    Set<Map<String, String>> others = new LinkedHashSet<>();
    told.stream()
        .filter(alert -> course.scenario().expected().stream().noneMatch(a -> a.is(alert)))
        .forEach(alert -> others.add(Expected.own(alert.labels())));
    others.forEach(labels -> wrong(course, "unexpected: " + labels));
  }

  /**
   * Checks that every alert with a wait of minutes is expected in a scenario.
   *
   * @param without the alerts that need what the drill lacks
   */
  void cover(List<AlertRule> rules, List<Scenario> scenarios, Map<String, String> without) {
    Set<String> later = new LinkedHashSet<>();
    Set<String> lacking = new LinkedHashSet<>();
    for (AlertRule rule : rules) {
      boolean drilled =
          scenarios.stream()
              .flatMap(scenario -> scenario.expected().stream())
              .anyMatch(alert -> is(rule, alert));
      if (rule.waits().compareTo(DRILLED) > 0) {
        later.add(rule.name() + " (" + rule.severity() + ", " + rule.waits().toMinutes() + " min)");
      } else if (!drilled && without.containsKey(rule.name())) {
        lacking.add(rule.name() + " (" + without.get(rule.name()) + ")");
      } else if (!drilled) {
        mistakes.add(rule.name() + " (" + rule.severity() + ") fires in no scenario");
      }
    }
    out.println();
    out.println("Only in unit tests, because they wait longer: " + String.join(", ", later));
    out.println("or because the drill lacks what they need: " + String.join(", ", lacking));
  }

  /** Adds the mistakes of the dashboards. */
  void boards(List<String> problems) {
    problems.forEach(problem -> mistakes.add("dashboard " + problem));
  }

  private static boolean is(AlertRule rule, Expected alert) {
    return rule.name().equals(alert.name()) && rule.severity().equals(alert.severity());
  }

  private void wrong(Course course, String what) {
    mistakes.add(course.scenario().name() + ": " + what);
  }

  /** Prints the end; returns whether there are no mistakes. */
  boolean end() {
    out.println();
    mistakes.forEach(mistake -> out.println("WRONG  " + mistake));
    out.println(mistakes.isEmpty() ? "All as expected." : mistakes.size() + " mistakes");
    return mistakes.isEmpty();
  }

  private static String since(Instant from, Optional<Instant> time) {
    return time.map(
            at ->
                String.format(
                    Locale.ROOT, "%.0f s", Duration.between(from, at).toMillis() / 1_000.0))
        .orElse("–");
  }
}
