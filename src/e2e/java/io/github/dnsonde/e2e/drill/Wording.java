package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Notification;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The required wording of every alert. */
final class Wording {

  private static final String RUNBOOKS =
      "https://github.com/dnsonde/dnsonde/blob/main/alerts/runbooks/";

  /** The traces of a template without a value, or without a number. */
  private static final Pattern HOLE =
      Pattern.compile("<no value>|<error|%!|NaN|Inf\\b|  |\\(\\)|\"\"|\\{\\{|\\s[.,]");

  private Wording() {}

  /** Returns the mistakes in an alert. */
  static List<String> mistakes(Notification alert) {
    List<String> mistakes = new ArrayList<>();
    for (String name : List.of("summary", "description")) {
      if (alert.annotation(name).isBlank() || HOLE.matcher(alert.annotation(name)).find()) {
        mistakes.add(name + " has a hole: '" + alert.annotation(name) + "'");
      }
    }
    if (HOLE.matcher(alert.annotation("action")).find()) {
      mistakes.add("action has a hole: '" + alert.annotation("action") + "'");
    }
    named(alert)
        .filter(value -> !alert.annotation("description").contains(value))
        .forEach(value -> mistakes.add("description does not name " + value));
    if (!alert.annotation("runbook_url").equals(RUNBOOKS + alert.name() + ".md")) {
      mistakes.add("runbook_url is '" + alert.annotation("runbook_url") + "'");
    }
    if (!alert.annotation("dashboard_url").startsWith("/d/dnsonde-")
        || !alert.annotation("dashboard_url").contains(alert.label("source_namespace"))) {
      mistakes.add("dashboard_url is '" + alert.annotation("dashboard_url") + "'");
    }
    if (!alert.label("namespace").equals(alert.label("source_namespace"))
        && !alert.label("source_namespace").isEmpty()) {
      mistakes.add("namespace is '" + alert.label("namespace") + "'");
    }
    return mistakes;
  }

  /** Returns the names that the first sentence must contain. */
  private static Stream<String> named(Notification alert) {
    return Stream.of("source_namespace", "server", "transport", "node")
        .map(alert::label)
        .filter(value -> !value.isEmpty());
  }
}
