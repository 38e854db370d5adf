package io.github.dnsonde.controller;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.report.BlindNamespace;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.report.UnprobedPod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Believes a node's report only as far as it is about pods of that node: whoever holds one agent's
 * token can say nothing about the pods of other nodes.
 */
record Belief(String node, Placement placement) {

  /** The characters of the evidence of one node: a controller has room for that of thousands. */
  static final int EVIDENCE = 16 << 10;

  /**
   * A report without the parts that are not believed.
   *
   * @param doubted the number of those parts
   */
  record Believed(Report report, int doubted) {}

  Believed in(Report report) {
    List<ReportedVantage> vantages = report.vantages().stream().filter(this::isHere).toList();
    List<BlindNamespace> blind =
        report.blind().stream()
            .filter(namespace -> placement.hasPods(namespace.namespace(), node))
            .toList();
    Set<String> probed =
        vantages.stream()
            .flatMap(vantage -> vantage.paths().stream())
            .map(path -> path.server().name())
            .collect(toSet());
    List<ReportedFinding> findings =
        withinRoom(
            report.findings().stream()
                .filter(finding -> isAboutHere(finding) && concerns(finding, probed))
                .map(Belief::believed)
                .toList());
    Optional<ReportedWork> work = report.work().map(this::ofHere);
    List<UnprobedPod> unprobed =
        report.unprobed().stream()
            .filter(pod -> isHere(new NamespacedName(pod.namespace(), pod.pod())))
            .toList();
    int doubted =
        parts(report)
            - vantages.size()
            - blind.size()
            - findings.size()
            - classes(work)
            - unprobed.size();
    return new Believed(
        new Report(
            report.node(),
            report.version(),
            report.mode(),
            report.running(),
            vantages,
            blind,
            findings,
            report.usage(),
            work,
            report.omitted(),
            unprobed),
        doubted);
  }

  private static int parts(Report report) {
    return report.vantages().size()
        + report.blind().size()
        + report.findings().size()
        + report.unprobed().size()
        + classes(report.work());
  }

  private static int classes(Optional<ReportedWork> work) {
    return work.map(known -> known.classes().size()).orElse(0);
  }

  private ReportedWork ofHere(ReportedWork work) {
    return new ReportedWork(
        work.share(),
        work.agents(),
        work.other(),
        work.classes().stream()
            .filter(round -> placement.hasPods(round.key().namespace(), node))
            .toList());
  }

  private boolean isHere(ReportedVantage vantage) {
    return isHere(new NamespacedName(vantage.namespace(), vantage.pod()));
  }

  private boolean isHere(NamespacedName pod) {
    return placement.nodeOf(pod).filter(node::equals).isPresent();
  }

  private boolean isAboutHere(ReportedFinding finding) {
    Finding.Subject subject = finding.subject();
    return subject.namespaces().stream().allMatch(name -> placement.hasPods(name, node))
        && subject.pods().stream().allMatch(this::isNamedHere);
  }

  /** Returns false for a finding that only agents make, if this node could not make it. */
  private static boolean concerns(ReportedFinding finding, Set<String> probed) {
    Finding.Subject subject = finding.subject();
    if (!finding.code().isOfAgent()) {
      return true;
    }
    return finding.code().isOfNamespace()
        ? !subject.namespaces().isEmpty()
        : !subject.servers().isEmpty() && probed.containsAll(subject.servers());
  }

  /** The texts of findings that the controller makes itself are not used. */
  private static ReportedFinding believed(ReportedFinding finding) {
    return finding.code().isOnlyReported() ? finding.brief() : finding.bare();
  }

  /**
   * The evidence of a node may differ from that of all others: it is kept as far as there is room.
   */
  private static List<ReportedFinding> withinRoom(List<ReportedFinding> findings) {
    List<ReportedFinding> within = new ArrayList<>();
    int characters = 0;
    for (ReportedFinding finding : findings) {
      characters += finding.evidenceCharacters();
      within.add(characters <= EVIDENCE ? finding : finding.withoutEvidence());
    }
    return within;
  }

  private boolean isNamedHere(String namespacedName) {
    int slash = namespacedName.indexOf('/');
    return slash > 0
        && isHere(
            new NamespacedName(
                namespacedName.substring(0, slash), namespacedName.substring(slash + 1)));
  }
}
