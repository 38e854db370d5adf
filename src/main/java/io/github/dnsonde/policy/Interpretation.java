package io.github.dnsonde.policy;

/**
 * One way to read policies where Kubernetes leaves it open.
 *
 * @param rewritten whether a Service's address has become a pod's when policies look
 * @param nodesPodsSeen whether selectors see pods in a node's network
 */
record Interpretation(boolean rewritten, boolean nodesPodsSeen) {

  /** What most engines do. */
  static final Interpretation COMMONEST = new Interpretation(true, false);

  Interpretation beforeRewrite() {
    return new Interpretation(false, nodesPodsSeen);
  }

  Interpretation seeingNodesPods() {
    return new Interpretation(rewritten, true);
  }
}
