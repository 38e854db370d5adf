package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.Pod;
import java.util.Map;

/** Names that outlive pods, for series that must not end with each of them. */
final class WorkloadName {

  /** The name for pods that nothing would create again. */
  private static final String BARE = "pod";

  /** The name for a pod of which only the name is known. */
  static final String UNKNOWN = "-";

  /** The name for pods of a single run. */
  private static final String RUN = "job";

  /**
   * Kinds of owner whose own names do not last. The first are single runs: of Kubernetes itself,
   * JobSet, Argo Workflows, Tekton, Kubeflow, Spark, GitHub's runners, OpenShift's builds,
   * cert-manager. The others are not workloads: a static pod's node, the pod that started a pod.
   */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("Job", RUN),
          Map.entry("JobSet", RUN),
          Map.entry("Workflow", RUN),
          Map.entry("TaskRun", RUN),
          Map.entry("PipelineRun", RUN),
          Map.entry("MPIJob", RUN),
          Map.entry("PyTorchJob", RUN),
          Map.entry("TFJob", RUN),
          Map.entry("TrainJob", RUN),
          Map.entry("SparkApplication", RUN),
          Map.entry("EphemeralRunner", RUN),
          Map.entry("Build", RUN),
          Map.entry("Challenge", RUN),
          Map.entry("Node", BARE),
          Map.entry("Pod", BARE));

  private WorkloadName() {}

  /** Returns its owner's name; {@code job} for a single run, {@code pod} without an owner. */
  static String of(Pod pod) {
    return pod.owner().map(WorkloadName::of).orElse(BARE);
  }

  private static String of(Pod.Owner owner) {
    return WORDS.getOrDefault(owner.kind(), owner.name());
  }
}
