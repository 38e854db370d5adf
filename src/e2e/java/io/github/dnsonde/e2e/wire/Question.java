package io.github.dnsonde.e2e.wire;

/**
 * A query from a pod to a server.
 *
 * @param key the key of its answer
 * @param node the pod's node
 * @param pod the pod's address, or {@link AskFromPods#HOST}
 */
record Question(String key, String node, String pod, String server, int port) {

  String line() {
    return String.join(" ", key, pod, server, Integer.toString(port));
  }
}
