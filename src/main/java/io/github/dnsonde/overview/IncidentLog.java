package io.github.dnsonde.overview;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.overview.IncidentEntry.Kind;
import io.github.dnsonde.probe.NamespacedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The changes of policies and the findings of the last 24 hours, as they came: what an incident's
 * timeline is made of. In memory only and bounded, so the timeline states since when it is
 * complete. Thread-safe.
 */
public final class IncidentLog {

  /** The time after which an event is dropped: older ones are in Prometheus and in logs. */
  static final Duration KEPT = Duration.ofHours(24);

  /** Maximum number of events; of up to a few hundred octets each. */
  static final int ENTRIES = 2_000;

  /** Maximum number of namespaces that all events together name: a page stays below 4 MiB. */
  static final int NAMES = 40_000;

  /** Maximum number of policies that are remembered while no view has them. */
  private static final int POLICIES = 20_000;

  /** The sentences of one topic: one for each set of policies that decides on some nodes. */
  private static final int SENTENCES = 3;

  /** The time before the first failure within which a change may be the cause. */
  private static final Duration CAUSE = Duration.ofMinutes(10);

  /** Clocks differ, and an answer in flight may fail although it was sent before a change. */
  private static final Duration LEEWAY = Duration.ofSeconds(10);

  private static final Comparator<IncidentEntry> ORDER =
      comparing(IncidentEntry::at).thenComparing(IncidentEntry::kind);

  private final List<IncidentEntry> entries = new ArrayList<>();
  private final Map<Finding.Identity, Open> open = new LinkedHashMap<>();
  private final OtherChanges others = new OtherChanges();
  private final PolicySight sight;
  private Map<NamespacedName, NetworkPolicy> policies = Map.of();
  private List<NetworkPolicy> seen = List.of();
  private boolean started;
  private Instant completeFrom = Instant.MAX;

  /**
   * Creates a log without events.
   *
   * @param sight the times at which its views have the policies
   */
  public IncidentLog(PolicySight sight) {
    this.sight = sight;
  }

  /** A finding that lasts. */
  private record Open(Finding latest, int announced) {}

  /**
   * Takes the present state.
   *
   * @param cluster the policies as they are now
   * @param findings the findings that hold now
   */
  public synchronized void take(ClusterView cluster, List<Finding> findings, Instant now) {
    if (!started) {
      completeFrom = now;
    }
    policies(cluster, now);
    others.to(cluster).forEach(change -> add(change, now));
    findings(findings, now);
    started = true;
    forget(now);
  }

  /** Moves all times after the wall clock was set by this much. */
  public synchronized void clockSet(Duration by) {
    entries.replaceAll(
        entry ->
            new IncidentEntry(entry.at().plus(by), entry.kind(), entry.namespaces(), entry.text()));
    open.replaceAll((_, each) -> new Open(each.latest().clockSet(by), each.announced()));
    if (started) {
      completeFrom = completeFrom.plus(by);
    }
  }

  /** Returns the events so far, and at their end what is not over. */
  public synchronized Timeline timeline(String subject, Instant now) {
    if (!started) {
      return new Timeline(subject, now, now, sight, List.of());
    }
    forget(now);
    return new Timeline(
        subject,
        now,
        completeFrom,
        sight,
        Stream.concat(
                entries.stream().sorted(ORDER),
                open.values().stream().map(each -> lasting(each.latest(), now)))
            .toList());
  }

  private static IncidentEntry lasting(Finding finding, Instant now) {
    return new IncidentEntry(
        now,
        Kind.LASTING,
        finding.subject().namespaces(),
        "Not over after " + Spans.between(finding.since(), now) + ": " + finding.sentence());
  }

  /** Views are replaced and never changed, so comparing them costs nothing. */
  @SuppressWarnings("ReferenceEquality")
  private void policies(ClusterView cluster, Instant now) {
    if (cluster.policies() == seen) {
      return;
    }
    seen = cluster.policies();
    Map<NamespacedName, NetworkPolicy> present = new HashMap<>();
    for (NetworkPolicy policy : seen) {
      present.put(policy.namespacedName(), policy);
      NetworkPolicy before = policies.get(policy.namespacedName());
      if (before == null || !before.origin().changed().equals(policy.origin().changed())) {
        applied(policy, before == null, now);
      }
    }
    for (NetworkPolicy policy : policies.values()) {
      if (!present.containsKey(policy.namespacedName())) {
        if (knowsAll(cluster, policy.namespace())) {
          add(now, policy, "was removed");
        } else if (present.size() < POLICIES) {
          present.put(policy.namespacedName(), policy); // it may be there when it is seen again
        }
      }
    }
    policies = present;
  }

  /** A view may leave out namespaces: those without pods here, or all while nothing fails. */
  private static boolean knowsAll(ClusterView cluster, String namespace) {
    return cluster.namespaces().containsKey(namespace)
        && cluster.gaps().ofPolicies(namespace).isEmpty();
  }

  /** A policy that becomes known with its namespace may be old. */
  private void applied(NetworkPolicy policy, boolean unknown, Instant now) {
    Instant changed = policy.origin().changed();
    boolean ahead = changed.isAfter(now.plus(LEEWAY)); // by the clock of the API server
    boolean recent = !changed.isBefore(now.minus(KEPT)) && !ahead;
    String what = unknown ? "was applied" : "was changed";
    if (recent) {
      add(changed, policy, what + by(policy));
    } else if (!unknown || (ahead && started)) {
      add(now, policy, what + by(policy));
    }
  }

  private static String by(NetworkPolicy policy) {
    return policy.origin().manager().map(manager -> " by " + manager).orElse("");
  }

  private void add(Instant at, NetworkPolicy policy, String what) {
    add(
        at,
        Kind.POLICY,
        List.of(policy.namespace()),
        "NetworkPolicy " + policy.namespacedName() + " " + what + ".");
  }

  private void add(OtherChanges.Change change, Instant now) {
    if (!change.namespaces().isEmpty()) {
      add(now, Kind.POLICY, change.namespaces(), change.policy() + " " + change.what() + ".");
    }
  }

  private void findings(List<Finding> findings, Instant now) {
    Map<Finding.Identity, List<Finding>> present =
        findings.stream()
            .filter(finding -> finding.code().hurts())
            .collect(groupingBy(Finding::lastingIdentity, LinkedHashMap::new, toList()));
    present.forEach(
        (topic, same) -> {
          Finding finding = united(same);
          Open before = open.get(topic);
          open.put(topic, before == null ? begun(finding, now) : continued(before, finding, now));
        });
    List.copyOf(open.keySet()).stream()
        .filter(topic -> !present.containsKey(topic))
        .forEach(
            topic -> Optional.ofNullable(open.remove(topic)).ifPresent(each -> end(each, now)));
  }

  /**
   * Returns several findings of one topic as one, without what a timeline does not show. In a
   * cluster, other policies may decide on some nodes than on others.
   */
  private static Finding united(List<Finding> same) {
    return new Finding(
        same.getFirst().code(),
        Finding.Subject.union(same.stream().map(IncidentLog::place).toList()),
        same.stream().map(Finding::confidence).min(naturalOrder()).orElseThrow(),
        same.stream().map(Finding::since).min(naturalOrder()).orElseThrow(),
        sentences(same),
        List.of(),
        same.stream().flatMap(each -> each.policies().stream()).distinct().sorted().toList(),
        Optional.empty());
  }

  private static Finding.Subject place(Finding finding) {
    Finding.Subject subject = finding.subject();
    return new Finding.Subject(
        subject.namespaces(),
        List.of(),
        List.of(),
        List.of(),
        subject.nodes(),
        subject.nodeCount());
  }

  private static String sentences(List<Finding> same) {
    int more = same.size() - SENTENCES;
    return same.stream().map(Finding::sentence).sorted().limit(SENTENCES).collect(joining(" "))
        + (more > 0 ? " There are " + more + " more causes." : "");
  }

  private Open begun(Finding finding, Instant now) {
    List<String> namespaces = finding.subject().namespaces();
    add(
        finding.since(),
        Kind.FAILURE,
        namespaces,
        "First failure of what is found below" + causedBy(finding) + ".");
    add(
        now,
        Kind.FINDING,
        namespaces,
        finding.sentence()
            + " ("
            + finding.code().label()
            + ", "
            + finding.confidence().label()
            + ", "
            + Spans.between(finding.since(), now)
            + " after the first failure)");
    return new Open(finding, finding.subject().nodeCount());
  }

  private String causedBy(Finding finding) {
    return change(finding, finding.since().minus(CAUSE), finding.since().plus(LEEWAY))
        .map(
            change ->
                ", " + Spans.between(change.at(), finding.since()) + " after " + brief(change))
        .orElse("");
  }

  /** Returns the latest change of a policy that may concern the namespaces of a finding. */
  private Optional<IncidentEntry> change(Finding finding, Instant from, Instant to) {
    Set<String> namespaces = new HashSet<>(finding.subject().namespaces());
    finding.policies().stream()
        .map(policy -> policy.replaceFirst("/.*", ""))
        .forEach(namespaces::add);
    return entries.stream()
        .filter(entry -> entry.kind() == Kind.POLICY)
        .filter(entry -> entry.namespaces().stream().anyMatch(namespaces::contains))
        .filter(entry -> !entry.at().isBefore(from) && !entry.at().isAfter(to))
        .max(comparing(IncidentEntry::at));
  }

  private static String brief(IncidentEntry change) {
    return change.text().replaceFirst("\\.$", "");
  }

  /** Each doubling is a line, so that a thousand nodes are ten lines. */
  private Open continued(Open before, Finding finding, Instant now) {
    List<String> namespaces = finding.subject().namespaces();
    int nodes = finding.subject().nodeCount();
    boolean spread = before.announced() > 0 && nodes >= 2 * before.announced();
    if (spread) {
      add(
          now,
          Kind.SPREAD,
          namespaces,
          "Spread from "
              + before.announced()
              + " to "
              + nodes
              + " nodes"
              + joined(finding, before)
              + ".");
    } else if (!finding.policies().equals(before.latest().policies())
        || finding.confidence() != before.latest().confidence()) {
      add(now, Kind.SPREAD, namespaces, "The finding is now: " + finding.sentence());
    }
    return new Open(finding, spread ? nodes : before.announced());
  }

  private static String joined(Finding finding, Open before) {
    Set<String> more = new TreeSet<>(finding.subject().nodes());
    more.removeAll(before.latest().subject().nodes());
    return more.isEmpty() // a finding may list its first nodes only
        ? ""
        : ", among them " + more.stream().limit(5).collect(joining(", "));
  }

  private void end(Open ended, Instant now) {
    Finding finding = ended.latest();
    String fixed =
        change(finding, finding.since().plus(LEEWAY), now)
            .map(change -> ", " + Spans.between(change.at(), now) + " after " + brief(change))
            .orElse("");
    int nodes = finding.subject().nodeCount();
    add(
        now,
        Kind.RECOVERY,
        finding.subject().namespaces(),
        "Recovered from "
            + finding.code().label()
            + fixed
            + ". It lasted "
            + Spans.between(finding.since(), now)
            + (nodes > 1 ? " and concerned " + nodes + " nodes in the end" : "")
            + ".");
  }

  private void add(Instant at, Kind kind, List<String> namespaces, String text) {
    entries.add(new IncidentEntry(at, kind, namespaces, text));
  }

  private void forget(Instant now) {
    Instant oldest = now.minus(KEPT);
    entries.removeIf(entry -> entry.at().isBefore(oldest));
    if (completeFrom.isBefore(oldest)) {
      completeFrom = oldest;
    }
    int names = entries.stream().mapToInt(entry -> entry.namespaces().size()).sum();
    if (entries.size() > ENTRIES || names > NAMES) {
      dropOldest(names);
    }
  }

  private void dropOldest(int names) {
    entries.sort(ORDER);
    int count = 0;
    int left = names;
    while (entries.size() - count > ENTRIES || left > NAMES) {
      left -= entries.get(count).namespaces().size();
      count++;
    }
    List<IncidentEntry> dropped = entries.subList(0, count);
    Instant last = dropped.getLast().at();
    completeFrom = completeFrom.isBefore(last) ? last : completeFrom;
    dropped.clear();
  }
}
