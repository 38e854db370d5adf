package io.github.dnsonde.probe;

import java.util.Locale;

/** Whether a pod is asked from, or why not; the nearest to a vantage first. */
public enum VantageStatus {
  /** It is a vantage. */
  CHOSEN("asked from"),
  /** Another pod stands for its policy class. */
  SPARE("another pod of its class is asked from"),
  /** Its namespace has as many vantages on this node as it may have. */
  CAPPED("its namespace has as many vantages on this node as pods.per-namespace allows"),
  /** Several network namespaces claim its address, and which is its own is not known. */
  CONTESTED("several network namespaces here claim its address"),
  /** Its address is in a namespace that is younger than what the API server last said of it. */
  UNCONFIRMED(
      "another network namespace has its address, and the API server has said nothing of the pod"
          + " since"),
  /** No file in the configured folders leads to a network namespace with its address. */
  NO_NETWORK("no network namespace here has its address"),
  /** It has no address yet. */
  NO_ADDRESS("it has no address yet"),
  /** A virtual machine or a user-space kernel: sockets made in its namespace are not its own. */
  FOREIGN_KERNEL("its runtime class keeps its sockets in another kernel"),
  /** The API server tells of it, or of its namespace, what the agent does not read. */
  UNREAD("the agent could not read it, or its namespace, from the API server"),
  /** It lives in its node's network, where no policy selects it. */
  HOST_NETWORK("it uses its node's network, where no policy holds"),
  /** All its containers have ended. */
  FINISHED("its containers have ended"),
  /** The configuration leaves its namespace out. */
  EXCLUDED("the configuration leaves its namespace out");

  private final String words;

  VantageStatus(String words) {
    this.words = words;
  }

  /** The word in labels and JSON, such as {@code host_network}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The same for people, about "the pod". */
  public String words() {
    return words;
  }

  /** Whether a namespace with such a pod ought to have a vantage. */
  boolean counts() {
    return this != FINISHED && this != EXCLUDED;
  }
}
