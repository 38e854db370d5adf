package io.github.dnsonde.policy;

/**
 * One interpretation of policies where Kubernetes leaves their meaning open.
 *
 * @param rewritten whether policies see the pod's address instead of the Service's
 * @param nodesPodsSeen whether selectors match pods in a node's network
 */
record Interpretation(boolean rewritten, boolean nodesPodsSeen) {

  /** The interpretation of most engines. */
  static final Interpretation COMMONEST = new Interpretation(true, false);

  Interpretation beforeRewrite() {
    return new Interpretation(false, nodesPodsSeen);
  }

  Interpretation seeingNodesPods() {
    return new Interpretation(rewritten, true);
  }
}
