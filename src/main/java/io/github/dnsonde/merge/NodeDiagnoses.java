package io.github.dnsonde.merge;

import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.diagnosis.Diagnoser;
import io.github.dnsonde.diagnosis.DiagnosisInput;
import io.github.dnsonde.diagnosis.SharedJudgments;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.overview.NodeInput;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The explanations of all nodes, made from the controller's own view of policies and pods with the
 * code that agents use. Reports are believed only as to which paths fail. Belongs to one thread.
 */
public final class NodeDiagnoses {

  /** The suggested policies that are kept as YAML: usually one for each class of pods. */
  private static final int TEXTS = 1_000;

  /** The nodes that are all explained again each time; each costs milliseconds. */
  static final int AT_ONCE = 100;

  /** The time between two reports of a node. */
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final Function<PolicyObject, String> yaml;
  private final Map<PolicyObject, String> texts = new HashMap<>();
  private final Map<String, Diagnoser> diagnosers = new HashMap<>();
  private final Map<String, Explained> latest = new HashMap<>();
  private SharedJudgments judgments = new SharedJudgments();

  /** An explanation, and the time when it was made. */
  private record Explained(JudgedNode judged, Instant at) {

    /** Returns true if it would hardly differ now. Inputs and scenes are never changed. */
    @SuppressWarnings("ReferenceEquality")
    boolean holds(NodeInput node, NodeScene scene, Instant now) {
      return judged.input() == node
          && judged.scene() == scene
          && Duration.between(at, now).abs().compareTo(PERIOD) < 0;
    }
  }

  /**
   * Creates diagnoses that know nothing yet.
   *
   * @param yaml writes a policy as YAML that a person can apply
   */
  public NodeDiagnoses(Function<PolicyObject, String> yaml) {
    this.yaml = yaml;
  }

  /**
   * Returns the nodes with their explanations; forgets all other nodes. If very many need one, a
   * node gets a new one after each report, and otherwise each time.
   *
   * @param scene the objects that decide on the paths of a node. An unchanged scene must be the
   *     same object, since evaluating policies costs time
   */
  public List<JudgedNode> of(
      Collection<NodeInput> nodes, Function<NodeInput, NodeScene> scene, Instant now) {
    Set<String> names = nodes.stream().map(NodeInput::node).collect(Collectors.toSet());
    diagnosers.keySet().retainAll(names);
    latest.keySet().retainAll(names);
    if (areFew(nodes)) {
      latest.clear();
      return nodes.stream().map(node -> judged(node, scene.apply(node), now)).toList();
    }
    return nodes.stream().map(node -> judgedOnce(node, scene.apply(node), now)).toList();
  }

  private static boolean areFew(Collection<NodeInput> nodes) {
    return nodes.stream()
            .map(ReportedStreaks::new)
            .filter(ReportedStreaks::needExplanation)
            .limit(AT_ONCE + 1L)
            .count()
        <= AT_ONCE;
  }

  private JudgedNode judgedOnce(NodeInput node, NodeScene scene, Instant now) {
    Explained before = latest.get(node.node());
    if (before != null && before.holds(node, scene, now)) {
      return before.judged();
    }
    JudgedNode judged = judged(node, scene, now);
    latest.put(node.node(), new Explained(judged, now));
    return judged;
  }

  /** Forgets what followed from the scenes so far: the cluster has changed, and all are new. */
  public void clusterChanged() {
    judgments = new SharedJudgments();
  }

  /** Forgets everything, since nothing fails: what fails later begins then. */
  public void clear() {
    judgments = new SharedJudgments();
    diagnosers.clear();
    latest.clear();
    texts.clear();
  }

  /** Moves the remembered times after the wall clock was set by this much. */
  public void clockSet(Duration by) {
    diagnosers.values().forEach(diagnoser -> diagnoser.clockSet(by));
    latest.clear();
  }

  private JudgedNode judged(NodeInput node, NodeScene scene, Instant now) {
    ReportedStreaks streaks = new ReportedStreaks(node);
    boolean needed = streaks.needExplanation();
    Diagnosis diagnosis =
        diagnosers
            .computeIfAbsent(node.node(), _ -> new Diagnoser(this::text, () -> judgments))
            .into(
                new DiagnosisInput(
                    needed ? streaks.all() : List.of(),
                    scene.cluster(),
                    scene.cache(),
                    needed ? streaks.intercepted() : Set.of(),
                    now));
    return new JudgedNode(node, scene, diagnosis);
  }

  /** Writes a policy once: nodes suggest the same, and writing takes most of the time. */
  private String text(PolicyObject policy) {
    if (texts.size() >= TEXTS) {
      texts.clear();
    }
    return texts.computeIfAbsent(policy, yaml);
  }
}
