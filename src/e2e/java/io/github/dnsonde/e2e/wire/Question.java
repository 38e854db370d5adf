package io.github.dnsonde.e2e.wire;

/**
 * What a pod asks, of whom.
 *
 * @param key what its answer is to be found by
 * @param node the pod's
 * @param pod its address, or {@link AskFromPods#HOST}
 */
record Question(String key, String node, String pod, String server, int port) {

  String line() {
    return String.join(" ", key, pod, server, Integer.toString(port));
  }
}
