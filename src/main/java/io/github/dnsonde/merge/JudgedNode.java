package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.overview.NodeInput;

/**
 * A node with the controller's own explanation of what fails there.
 *
 * @param input what its agent sees
 * @param scene the policies and pods that the explanation is based on
 */
public record JudgedNode(NodeInput input, NodeScene scene, Diagnosis diagnosis) {
  public JudgedNode {
    requireNonNull(input, "input is null");
    requireNonNull(scene, "scene is null");
    requireNonNull(diagnosis, "diagnosis is null");
  }

  String name() {
    return input.node();
  }
}
