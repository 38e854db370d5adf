package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Notification;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * An alert that a scenario must cause.
 *
 * @param labels all labels except the cluster and those that Prometheus itself adds
 */
record Expected(Map<String, String> labels) {

  /** The value of the label {@code instance} that stands for any address of the agent. */
  static final String ITS_OWN = "its own";

  private static final String NAMESPACE = "source_namespace";

  Expected {
    labels = Map.copyOf(labels);
  }

  static Expected alert(String name, String severity) {
    return new Expected(Map.of("alertname", name, "severity", severity));
  }

  /** Returns the alert of one namespace, which is in two labels to route the alert to its team. */
  Expected in(String namespace) {
    return with(NAMESPACE, namespace).with("namespace", namespace);
  }

  Expected at(String server) {
    return with("server", server);
  }

  Expected over(String transport) {
    return with("transport", transport);
  }

  Expected with(String label, String value) {
    Map<String, String> more = new HashMap<>(labels);
    more.put(label, value);
    return new Expected(more);
  }

  String name() {
    return labels.getOrDefault("alertname", "");
  }

  String severity() {
    return labels.getOrDefault("severity", "");
  }

  /** Returns whether a notification is of this alert, with exactly these labels. */
  boolean is(Notification notification) {
    return own(notification.labels()).equals(labels);
  }

  /** Returns an alert's own labels, for comparison. */
  static Map<String, String> own(Map<String, String> labels) {
    Map<String, String> own = new TreeMap<>(labels);
    own.remove("cluster");
    own.remove("prometheus");
    own.computeIfPresent("instance", (_, _) -> ITS_OWN);
    return own;
  }
}
