package io.github.dnsonde.change;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods that do not exist yet, as far as a change shows them. */
final class SamplePods {

  private SamplePods() {}

  static Pod of(String namespace, Optional<Pod.Owner> owner, Labels labels) {
    return new Pod(
        namespace,
        "",
        "",
        owner,
        labels,
        List.of(),
        false,
        Optional.empty(),
        Pod.Phase.PENDING,
        false,
        false,
        Instant.EPOCH,
        Optional.empty(),
        Pod.Dns.CLUSTER,
        List.of());
  }

  /** Returns a pod that a selector selects; empty if the selector contradicts itself. */
  static Optional<Pod> selected(String namespace, LabelSelector selector) {
    Map<String, String> labels = new HashMap<>();
    for (Requirement each : selector.matchExpressions()) {
      switch (each.operator()) {
        case IN -> labels.put(each.key(), each.values().stream().sorted().findFirst().orElse(""));
        case EXISTS -> labels.put(each.key(), "any");
        case NOT_IN, DOES_NOT_EXIST -> {
          // without the key, both hold
        }
      }
    }
    labels.putAll(selector.matchLabels());
    Labels all = new Labels(labels);
    return selector.matches(all)
        ? Optional.of(of(namespace, Optional.empty(), all))
        : Optional.empty();
  }
}
