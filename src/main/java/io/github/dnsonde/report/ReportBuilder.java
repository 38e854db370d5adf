package io.github.dnsonde.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.ShortText;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a report that keeps within the limits of its reader. */
final class ReportBuilder {

  /** The vantage of an agent that chose it without policies. */
  private static final String NO_CLASS = "-";

  /** Keeps the document far below {@link Limits#OCTETS}: a path takes up to 300 octets. */
  private static final int ALL_PATHS = 8_000;

  /** Likewise: the characters of all findings. */
  private static final int ALL_TEXT = 1 << 20;

  private final NodeKnowledge known;
  private final Map<Probe, Streak> streaks;
  private final Set<Probe> tested;
  private final Map<NamespacedName, String> classes;
  private int omitted;

  ReportBuilder(NodeKnowledge known) {
    this.known = known;
    this.streaks =
        known.streaks().stream()
            .collect(toMap(streak -> streak.latest().probe(), streak -> streak, (one, _) -> one));
    this.tested =
        known.latest().stream()
            .filter(outcome -> !(outcome.verdict() instanceof Verdict.Untested))
            .map(Outcome::probe)
            .collect(toSet());
    this.classes = known.plan().policyClasses();
  }

  Report report() {
    List<ReportedVantage> vantages = vantages();
    List<BlindNamespace> blind =
        known.plan().blind().entrySet().stream()
            .filter(entry -> !known.silence().namespaces().contains(entry.getKey()))
            .map(entry -> new BlindNamespace(entry.getKey(), entry.getValue().label()))
            .toList();
    List<ReportedFinding> findings = findings();
    List<UnprobedPod> unprobed = kept(unprobed(), Limits.UNPROBED);
    return new Report(
        known.node(),
        known.version(),
        known.mode(),
        age(known.running()),
        vantages,
        kept(blind, Limits.BLIND),
        findings,
        known.usage(),
        known.work(),
        omitted,
        unprobed);
  }

  /** Spare pods are represented; the others are nobody's fault or by configuration. */
  private List<UnprobedPod> unprobed() {
    return known.plan().candidates().stream()
        .filter(pod -> pod.status().isObstacle() && !pod.pod().isEmpty())
        .map(pod -> new UnprobedPod(pod.namespace(), pod.pod(), pod.status().label()))
        .sorted(Comparator.comparing(UnprobedPod::namespace).thenComparing(UnprobedPod::pod))
        .toList();
  }

  private List<ReportedVantage> vantages() {
    Map<Vantage, List<Probe>> byVantage =
        known.plan().probes().stream()
            .collect(groupingBy(Probe::vantage, LinkedHashMap::new, toList()));
    List<ReportedVantage> worstFirst =
        byVantage.entrySet().stream()
            .map(entry -> vantage(entry.getKey(), entry.getValue()))
            .sorted(
                Comparator.comparing(ReportBuilder::worst)
                    .thenComparing(ReportedVantage::namespace)
                    .thenComparing(ReportedVantage::pod))
            .toList();
    List<ReportedVantage> within = new ArrayList<>();
    int paths = 0;
    for (ReportedVantage vantage : kept(worstFirst, Limits.VANTAGES)) {
      paths += vantage.paths().size();
      if (paths <= ALL_PATHS) {
        within.add(vantage);
      } else {
        omitted++;
      }
    }
    return within;
  }

  private static PathState worst(ReportedVantage vantage) {
    return vantage.paths().stream()
        .map(ReportedPath::state)
        .min(Comparator.naturalOrder())
        .orElse(PathState.GOOD);
  }

  private ReportedVantage vantage(Vantage vantage, List<Probe> probes) {
    Map<PathInUse, List<Probe>> paths =
        probes.stream().collect(groupingBy(PathInUse::of, LinkedHashMap::new, toList()));
    return new ReportedVantage(
        vantage.namespace(),
        vantage.workload(),
        vantage.pod(),
        classes.getOrDefault(vantage.namespacedPod(), NO_CLASS),
        known.core().test(vantage),
        kept(
            paths.entrySet().stream().map(entry -> path(entry.getKey(), entry.getValue())).toList(),
            Limits.PATHS));
  }

  private ReportedPath path(PathInUse path, List<Probe> probes) {
    List<Streak> streaksOf =
        probes.stream().flatMap(probe -> Optional.ofNullable(streaks.get(probe)).stream()).toList();
    ObservedPath observed =
        new ObservedPath(
            streaksOf,
            probes.stream().anyMatch(tested::contains),
            known.silence().covers(path.path().vantage()));
    return new ReportedPath(
        path.path().server(),
        path.path().transport(),
        path.inUse(),
        observed.state(),
        observed.since().map(this::age).orElse(Duration.ZERO),
        observed.queried().map(this::age).orElse(Duration.ZERO),
        observed.state().hasResults() ? observed.results(this::age) : List.of());
  }

  private List<ReportedFinding> findings() {
    List<ReportedFinding> within = new ArrayList<>();
    int characters = 0;
    for (Finding finding : kept(known.diagnosis().findings(), Limits.FINDINGS)) {
      ReportedFinding reported = finding(finding);
      characters += reported.characters();
      if (characters <= ALL_TEXT) {
        within.add(reported);
      } else {
        omitted++;
      }
    }
    return within;
  }

  /** Parts of a finding beyond a limit are cut: its namespaces and policies matter most. */
  private ReportedFinding finding(Finding finding) {
    return new ReportedFinding(
        finding.code(),
        finding.subject().first(Limits.NAMES),
        finding.confidence(),
        age(finding.since()),
        sentence(finding.sentence()),
        first(finding.evidence(), Limits.EVIDENCE).stream().map(ReportBuilder::sentence).toList(),
        first(finding.policies(), Limits.NAMES),
        finding.suggestedPolicy().filter(yaml -> yaml.length() <= Limits.POLICY));
  }

  private static String sentence(String text) {
    return ShortText.text(text, Limits.SENTENCE);
  }

  private <T> List<T> kept(List<T> all, int most) {
    omitted += Math.max(0, all.size() - most);
    return first(all, most);
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.size() <= most ? all : all.subList(0, most);
  }

  private Duration age(Instant time) {
    return age(Duration.between(time, known.now()));
  }

  /** A clock that was set back must not stop the reports. */
  private static Duration age(Duration age) {
    return Limits.withinAge(age);
  }

  private record PathInUse(ProbePath path, boolean inUse) {
    static PathInUse of(Probe probe) {
      return new PathInUse(ProbePath.of(probe), probe.inUse());
    }
  }
}
