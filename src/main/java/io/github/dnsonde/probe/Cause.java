package io.github.dnsonde.probe;

import java.util.Locale;

/** The reasons why a probe is untested: our own failures, never the server's. */
public enum Cause {
  /** The pod or its network namespace went away. */
  VANTAGE_GONE,
  /**
   * Several network namespaces claim the pod's address, and it is not known which one is the pod's.
   */
  CONTESTED,
  /** The pod is too young: policy engines program new pods late. */
  YOUNG,
  /** The agent itself got no CPU time. */
  STARVED,
  /** The kernel refused to let the agent into the namespace. */
  NO_PERMISSION,
  /** No descriptor, port or memory for a socket. */
  NO_SOCKET,
  /** Too many queries were in flight. */
  CAPPED,
  /** The agent was stopping. */
  SHUTDOWN,
  /** A defect of the agent. Its log has the stack trace. */
  INTERNAL;

  /** The word in labels and logs, such as {@code vantage_gone}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
