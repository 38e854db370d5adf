package io.github.dnsonde.probe;

import java.util.Locale;

/** Why a probe is untested: our own failures, never the server's. */
public enum Cause {
  /** The pod or its network namespace went away. */
  VANTAGE_GONE,
  /** Several network namespaces claim the pod's address, and which is the pod's is not known. */
  CONTESTED,
  /** The pod is too young: engines program new pods late. */
  YOUNG,
  /** The agent itself got no processor time. */
  STARVED,
  /** The kernel refused to let the agent into the namespace. */
  NO_PERMISSION,
  /** No descriptor, port or memory for a socket. */
  NO_SOCKET,
  /** Too many questions were in flight. */
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
