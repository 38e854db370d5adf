package io.github.dnsonde.merge;

import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.diagnosis.Diagnoser;
import io.github.dnsonde.diagnosis.DiagnosisInput;
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

  private final Function<PolicyObject, String> yaml;
  private final Map<String, Diagnoser> diagnosers = new HashMap<>();

  /**
   * Creates diagnoses that know nothing yet.
   *
   * @param yaml writes a policy as YAML that a person can apply
   */
  public NodeDiagnoses(Function<PolicyObject, String> yaml) {
    this.yaml = yaml;
  }

  /**
   * Returns the nodes with their explanations; forgets all other nodes.
   *
   * @param scene the objects that decide on the paths of a node. An unchanged scene must be the
   *     same object, since evaluating policies costs time
   */
  public List<JudgedNode> of(
      Collection<NodeInput> nodes, Function<NodeInput, NodeScene> scene, Instant now) {
    diagnosers.keySet().retainAll(nodes.stream().map(NodeInput::node).collect(Collectors.toSet()));
    return nodes.stream().map(node -> judged(node, scene.apply(node), now)).toList();
  }

  /** Forgets everything, since nothing fails: what fails later begins then. */
  public void clear() {
    diagnosers.clear();
  }

  /** Moves the remembered times after the wall clock was set by this much. */
  public void clockSet(Duration by) {
    diagnosers.values().forEach(diagnoser -> diagnoser.clockSet(by));
  }

  private JudgedNode judged(NodeInput node, NodeScene scene, Instant now) {
    ReportedStreaks streaks = new ReportedStreaks(node);
    boolean needed = streaks.needExplanation();
    Diagnosis diagnosis =
        diagnosers
            .computeIfAbsent(node.node(), _ -> new Diagnoser(yaml))
            .into(
                new DiagnosisInput(
                    needed ? streaks.all() : List.of(),
                    scene.cluster(),
                    scene.cache(),
                    needed ? streaks.intercepted() : Set.of(),
                    now));
    return new JudgedNode(node, scene, diagnosis);
  }
}
