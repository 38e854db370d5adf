package io.github.dnsonde.report;

import java.util.List;

/**
 * A vantage and the states of its paths.
 *
 * @param namespace the pod's namespace
 * @param workload a name that outlives the pod
 * @param pod the pod's name; empty if the agent probes from itself and does not know it
 * @param policyClass the class that it represents
 * @param core probed with the full period; false if in the background
 * @param paths the states of its paths, each server and transport at most once
 */
public record ReportedVantage(
    String namespace,
    String workload,
    String pod,
    String policyClass,
    boolean core,
    List<ReportedPath> paths) {

  public ReportedVantage {
    Limits.name("a namespace", namespace);
    Limits.name("a workload", workload);
    Limits.text("a pod's name", pod, Limits.NAME);
    Limits.name("a class", policyClass);
    Limits.number("paths of a vantage", paths.size(), Limits.PATHS);
    paths = List.copyOf(paths);
  }

  /** Its class, on all nodes together. */
  public ClassKey classKey() {
    return new ClassKey(namespace, policyClass);
  }
}
