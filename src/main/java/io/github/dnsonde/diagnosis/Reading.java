package io.github.dnsonde.diagnosis;

/**
 * One way to read policies where Kubernetes leaves it open.
 *
 * @param rewritten whether a Service's address has become a pod's when policies look
 * @param nodesPodsSeen whether selectors see pods in a node's network
 */
record Reading(boolean rewritten, boolean nodesPodsSeen) {

  /** What most engines do. */
  static final Reading COMMONEST = new Reading(true, false);

  Reading beforeRewrite() {
    return new Reading(false, nodesPodsSeen);
  }

  Reading seeingNodesPods() {
    return new Reading(rewritten, true);
  }
}
