package io.github.dnsonde.controller;

import io.github.dnsonde.cluster.ProbePodsView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.kube.ProbePodCluster;
import io.github.dnsonde.kube.ProbePodCluster.Answer;
import io.github.dnsonde.probepods.Action;
import io.github.dnsonde.probepods.Applied;
import io.github.dnsonde.probepods.ProbePods;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reconciles probe pods: reads the cluster, decides, and acts. One round at a time, by one thread.
 */
public final class ProbePodReconciler {

  private final ProbePodCluster cluster;
  private final Map<String, Applied> applied = new HashMap<>();

  /** The state of one namespace after a round. */
  public enum State {
    APPLIED,
    UNCHANGED,
    DELETED,
    /** The server refused it, or another owner's Deployment exists. */
    REFUSED,
    /** The Deployment is there, and its pod is refused or does not run. */
    NO_POD;

    /** Returns the state as lines of output and of the log show it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * One namespace after a round.
   *
   * @param settled true if the cluster has acted on the request
   * @param why the reasons for a refusal, and the labels that the pod lacks
   */
  public record NamespaceReport(String namespace, State state, boolean settled, List<String> why) {
    public NamespaceReport {
      why = List.copyOf(why);
    }

    /** Returns true if it is not in the desired state. */
    public boolean failed() {
      return state == State.REFUSED || state == State.NO_POD;
    }

    /** The reasons in one line. */
    public String sentence() {
      return String.join("; ", why);
    }
  }

  public ProbePodReconciler(ProbePodCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Performs one round.
   *
   * @return the state of each namespace that has, had or should have a probe pod
   * @throws IOException if the server cannot be reached; the remaining steps are left to the next
   *     round
   */
  public List<NamespaceReport> round(Config.ProbePods settings) throws IOException {
    ProbePodsView view = cluster.look(!settings.labels().values().isEmpty());
    applied.keySet().retainAll(view.namespaces().keySet());
    List<NamespaceReport> reports = new ArrayList<>();
    for (Action action : ProbePods.steps(settings, view, applied)) {
      reports.add(take(action));
    }
    return reports;
  }

  private NamespaceReport take(Action action) throws IOException {
    return switch (action) {
      case Action.Apply apply -> apply(apply);
      case Action.Keep(ProbePodsView.Found kept, List<String> notes) ->
          standing(State.UNCHANGED, kept, notes);
      case Action.Remove(ProbePodsView.Found found) -> remove(found);
      case Action.Yield(ProbePodsView.Found found) ->
          refused(
              found.namespace(),
              "a Deployment dnsonde-probe exists that this program did not create; it is left"
                  + " unchanged");
    };
  }

  private NamespaceReport apply(Action.Apply step) throws IOException {
    String namespace = step.namespace();
    applied.remove(namespace);
    return switch (cluster.apply(step.wanted(), step.before())) {
      case Answer.Refused(String why) -> refused(namespace, why);
      case Answer.Made(ProbePodsView.Found now) -> {
        applied.put(namespace, new Applied(step.wanted(), now));
        boolean same = step.before().filter(now::sameAs).isPresent();
        yield standing(same ? State.UNCHANGED : State.APPLIED, now, step.notes());
      }
    };
  }

  private NamespaceReport remove(ProbePodsView.Found found) throws IOException {
    applied.remove(found.namespace());
    return switch (cluster.delete(found)) {
      case Answer.Refused(String why) -> refused(found.namespace(), why);
      case Answer.Made _ -> new NamespaceReport(found.namespace(), State.DELETED, true, List.of());
    };
  }

  private static NamespaceReport refused(String namespace, String why) {
    return new NamespaceReport(
        namespace, State.REFUSED, true, List.of(why.replaceAll("\\s+", " ")));
  }

  /**
   * Evaluates the status of a Deployment. Until it is settled, the status is of the generation
   * before.
   */
  private static NamespaceReport standing(
      State healthy, ProbePodsView.Found found, List<String> notes) {
    Optional<String> trouble = found.trouble().filter(_ -> found.settled());
    List<String> why = new ArrayList<>(notes);
    trouble.ifPresent(why::addFirst);
    return new NamespaceReport(
        found.namespace(), trouble.isPresent() ? State.NO_POD : healthy, found.settled(), why);
  }
}
