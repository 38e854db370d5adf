package io.github.dnsonde.controller;

import io.github.dnsonde.probe.NamespacedName;
import java.util.Optional;

/** The nodes of the cluster's pods, by the API server. */
interface Placement {

  /** The node of a pod; empty if the pod is not known, or has no node. */
  Optional<String> nodeOf(NamespacedName pod);

  /** Returns true if a namespace has a pod on a node. */
  boolean hasPods(String namespace, String node);
}
