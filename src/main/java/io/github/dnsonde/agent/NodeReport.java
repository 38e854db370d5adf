package io.github.dnsonde.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.report.BlindNamespace;
import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.Usage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down what an agent knows as a report; pure. What is beyond a limit of a report is counted
 * as omitted.
 *
 * @param agent the fixed properties of the agent
 * @param running the time since it started
 * @param usage its cost
 * @param now the time to which ages refer
 */
record NodeReport(Properties agent, Duration running, Usage usage, Instant now) {

  /** A class is named after its policies, of which there may be any number. */
  private static final int LONGEST_CLASS = Limits.NAME;

  private static final String NO_CLASS = "-";

  /** The fixed properties of an agent. */
  record Properties(String node, String version, String mode) {}

  /** Creates the report. */
  Report of(Plan plan, List<Streak> streaks, Diagnosis diagnosis) {
    Map<Probe, Streak> streakOf =
        streaks.stream()
            .collect(toMap(streak -> streak.latest().probe(), streak -> streak, (one, _) -> one));
    Map<Vantage, List<Probe>> byVantage =
        plan.probes().stream().collect(groupingBy(Probe::vantage, LinkedHashMap::new, toList()));
    Map<NamespacedName, String> classes = classes(plan);
    Omissions omissions = new Omissions();
    List<ReportedVantage> vantages =
        omissions.within(
            Limits.VANTAGES,
            byVantage.entrySet().stream()
                .map(
                    entry ->
                        vantage(entry.getKey(), entry.getValue(), classes, streakOf, omissions))
                .toList());
    return new Report(
        agent.node(),
        agent.version(),
        agent.mode(),
        Ages.bounded(running),
        vantages,
        omissions.within(Limits.BLIND, blind(plan)),
        omissions.within(
            Limits.FINDINGS, diagnosis.findings().stream().map(this::finding).toList()),
        usage,
        omissions.count);
  }

  /** The parts that are left out. */
  private static final class Omissions {
    private int count;

    <T> List<T> within(int most, List<T> all) {
      count += Math.max(0, all.size() - most);
      return all.size() > most ? all.subList(0, most) : all;
    }
  }

  private static Map<NamespacedName, String> classes(Plan plan) {
    return plan.candidates().stream()
        .filter(candidate -> candidate.status() == VantageStatus.CHOSEN)
        .collect(
            toMap(
                candidate -> new NamespacedName(candidate.namespace(), candidate.pod()),
                Candidate::policyClass,
                (one, _) -> one));
  }

  private static List<BlindNamespace> blind(Plan plan) {
    return plan.blind().entrySet().stream()
        .map(entry -> new BlindNamespace(entry.getKey(), entry.getValue().label()))
        .toList();
  }

  private ReportedVantage vantage(
      Vantage vantage,
      List<Probe> probes,
      Map<NamespacedName, String> classes,
      Map<Probe, Streak> streakOf,
      Omissions omissions) {
    List<ReportedPath> paths =
        PathReport.each(probes, streakOf).stream().map(path -> path.at(now)).toList();
    return new ReportedVantage(
        vantage.namespace(),
        vantage.workload(),
        vantage.pod(),
        shortened(classes.getOrDefault(vantage.namespacedPod(), NO_CLASS)),
        true,
        omissions.within(Limits.PATHS, paths));
  }

  /** The same class has the same name on all nodes, so a long one ends with its digest. */
  static String shortened(String policyClass) {
    if (policyClass.isEmpty()) {
      return NO_CLASS;
    }
    if (policyClass.length() <= LONGEST_CLASS) {
      return policyClass;
    }
    try {
      String digest =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256").digest(policyClass.getBytes(UTF_8)), 0, 8);
      return policyClass.substring(0, LONGEST_CLASS - digest.length() - 1) + "#" + digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private ReportedFinding finding(Finding finding) {
    Finding.Subject subject = finding.subject();
    return new ReportedFinding(
        finding.code(),
        new Finding.Subject(
            names(subject.namespaces()),
            names(subject.pods()),
            names(subject.servers()),
            subject.transports()),
        finding.confidence(),
        Ages.between(finding.since(), now),
        text(finding.sentence()),
        finding.evidence().stream().limit(Limits.EVIDENCE).map(NodeReport::text).toList(),
        names(finding.policies()),
        finding.suggestedPolicy().filter(yaml -> yaml.length() <= Limits.POLICY));
  }

  private static List<String> names(List<String> names) {
    return names.stream()
        .limit(Limits.NAMES)
        .map(name -> name.substring(0, Math.min(name.length(), Limits.NAME)))
        .toList();
  }

  private static String text(String sentence) {
    return sentence.substring(0, Math.min(sentence.length(), Limits.SENTENCE));
  }
}
