package io.github.dnsonde.probe;

import java.util.Locale;

/** The status of a pod in the selection of vantages; the nearest to a vantage first. */
public enum VantageStatus {
  /** It is a vantage. */
  CHOSEN("it is a vantage"),
  /** Another pod represents its policy class. */
  SPARE("another pod of its class is a vantage"),
  /** Its namespace has as many vantages on this node as it may have. */
  CAPPED("its namespace has as many vantages on this node as pods.per-namespace allows"),
  /** Several network namespaces claim its address, and it is not known which one is its own. */
  CONTESTED("several network namespaces here claim its address"),
  /**
   * Its address is in a namespace that is newer than the API server's last report about the pod.
   */
  UNCONFIRMED(
      "another network namespace has its address, and the API server has not reported the pod"
          + " since"),
  /** No file in the configured folders leads to a network namespace with its address. */
  NO_NETWORK("no network namespace here has its address"),
  /** It has no address yet. */
  NO_ADDRESS("it has no address yet"),
  /** A virtual machine or a user-space kernel: sockets opened in its namespace are not its own. */
  FOREIGN_KERNEL("its runtime class keeps its sockets in another kernel"),
  /** The agent cannot read it, or its namespace, from the API server. */
  UNREAD("the agent could not read it, or its namespace, from the API server"),
  /** It uses its node's network, and no policy selects it. */
  HOST_NETWORK("it uses its node's network, where no policy applies"),
  /** All its containers have ended. */
  FINISHED("its containers have ended"),
  /** The configuration excludes its namespace. */
  EXCLUDED("the configuration excludes its namespace");

  private final String words;

  VantageStatus(String words) {
    this.words = words;
  }

  /** The word in labels and JSON, such as {@code host_network}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status in words for people, about "the pod". */
  public String words() {
    return words;
  }

  /** Returns true if something prevents probes from the pod, which nobody has asked for. */
  public boolean isObstacle() {
    return switch (this) {
      case CAPPED,
          CONTESTED,
          UNCONFIRMED,
          NO_NETWORK,
          NO_ADDRESS,
          FOREIGN_KERNEL,
          UNREAD,
          HOST_NETWORK ->
          true;
      case CHOSEN, SPARE, FINISHED, EXCLUDED -> false;
    };
  }

  /** Returns true if a namespace with such a pod ought to have a vantage. */
  boolean counts() {
    return this != FINISHED && this != EXCLUDED;
  }
}
