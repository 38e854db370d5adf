package io.github.dnsonde.lint;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.change.Access;
import io.github.dnsonde.change.Effect;
import io.github.dnsonde.change.PathChange;
import io.github.dnsonde.change.Presence;
import io.github.dnsonde.change.WorkloadChange;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The workloads that a change affects, before and after, for people. */
final class WorkloadTable {

  /** The most workloads that are shown; JSON has them all. */
  private static final int MOST = 50;

  private WorkloadTable() {}

  static List<String> lines(List<WorkloadChange> all) {
    List<WorkloadChange> news =
        all.stream().filter(workload -> workload.effect() != Effect.UNCHANGED).toList();
    List<String> lines = new ArrayList<>();
    if (!news.isEmpty()) {
      lines.add("before and after, by workload:");
    }
    news.stream().limit(MOST).forEach(workload -> lines.add(line(workload)));
    if (news.size() > MOST) {
      lines.add("  and " + (news.size() - MOST) + " more; --format json lists all");
    }
    return lines;
  }

  private static String line(WorkloadChange workload) {
    return SafeText.line(
        "  %s, %s (%s): %s"
            .formatted(
                workload.namespace(), workload.workload(), count(workload), paths(workload)));
  }

  private static String count(WorkloadChange workload) {
    return workload.presence() != Presence.RUNNING
        ? "no pod yet"
        : workload.pods() + (workload.pods() == 1 ? " pod" : " pods");
  }

  private static String paths(WorkloadChange workload) {
    Map<String, List<String>> byChange = new LinkedHashMap<>();
    workload.paths().stream()
        .filter(path -> path.effect() != Effect.UNCHANGED)
        .forEach(
            path ->
                byChange.computeIfAbsent(change(path), _ -> new ArrayList<>()).add(shown(path)));
    return byChange.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey())
        .collect(joining("; "));
  }

  private static String shown(PathChange path) {
    return path.server().name()
        + " on "
        + Addresses.text(path.server().address())
        + " over "
        + path.transport().name();
  }

  private static String change(PathChange path) {
    Access before = path.before();
    Access after = path.after();
    return before == after
        ? before.label() + " before and after"
        : before.label() + " before, " + after.label() + " after";
  }
}
