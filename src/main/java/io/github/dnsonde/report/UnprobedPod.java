package io.github.dnsonde.report;

/**
 * A pod that cannot be probed from. Those that another pod of their class represents are not
 * reported.
 *
 * @param cause the reason, a word such as {@code host_network}
 */
public record UnprobedPod(String namespace, String pod, String cause) {
  public UnprobedPod {
    Limits.name("a namespace", namespace);
    Limits.name("a pod's name", pod);
    Limits.name("a cause", cause);
  }
}
