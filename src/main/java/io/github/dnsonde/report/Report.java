package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that an agent knows about its node at one moment.
 *
 * @param node the node's name
 * @param version the agent's version
 * @param mode the agent's mode, such as {@code node}
 * @param running the time since the agent started
 * @param vantages its vantages with the states of their paths
 * @param blind the namespaces with pods here and no vantage
 * @param findings its explanations of what fails
 * @param usage its cost
 * @param work its part in the work of the cluster; empty if it shares it with no other
 * @param omitted the number of vantages, paths and findings that are missing, because they are
 *     beyond a limit or a reader of another version does not know one of their words
 * @param unprobed the pods that cannot be probed from
 */
public record Report(
    String node,
    String version,
    String mode,
    Duration running,
    List<ReportedVantage> vantages,
    List<BlindNamespace> blind,
    List<ReportedFinding> findings,
    Usage usage,
    Optional<ReportedWork> work,
    int omitted,
    List<UnprobedPod> unprobed) {

  public Report {
    Limits.name("the node's name", node);
    Limits.name("the version", version);
    Limits.name("the mode", mode);
    Limits.age("running", running);
    Limits.number("vantages", vantages.size(), Limits.VANTAGES);
    Limits.number("blind namespaces", blind.size(), Limits.BLIND);
    Limits.number("findings", findings.size(), Limits.FINDINGS);
    vantages = List.copyOf(vantages);
    blind = List.copyOf(blind);
    findings = List.copyOf(findings);
    requireNonNull(usage, "usage is null");
    requireNonNull(work, "work is null");
    Limits.amount("omitted", omitted);
    Limits.number("pods that are not probed", unprobed.size(), Limits.UNPROBED);
    unprobed = List.copyOf(unprobed);
  }

  /**
   * Returns true if it should be sent at once: a path, a finding, a vantage or a blind namespace
   * differs from the last report that was sent, and not only ages and numbers.
   */
  public boolean differsFrom(Report sent) {
    return !states().equals(sent.states());
  }

  /** Returns the report without the work that it shares with other nodes. */
  public Report withoutWork() {
    return new Report(
        node,
        version,
        mode,
        running,
        vantages,
        blind,
        findings,
        usage,
        Optional.empty(),
        omitted,
        unprobed);
  }

  private Set<Object> states() {
    Set<Object> states = new HashSet<>(blind);
    for (ReportedVantage vantage : vantages) {
      states.add(List.of(vantage.namespace(), vantage.pod(), vantage.classKey(), vantage.core()));
      for (ReportedPath path : vantage.paths()) {
        states.add(
            List.of(
                vantage.namespace(),
                vantage.pod(),
                path.server(),
                path.transport(),
                path.inUse(),
                path.state()));
      }
    }
    for (ReportedFinding finding : findings) {
      states.add(List.of(finding.code(), finding.subject(), finding.policies()));
    }
    return states;
  }
}
