package io.github.dnsonde.netns;

/**
 * Thrown if a thread cannot leave a pod's network namespace. Everything it did next would happen in
 * the wrong network, under the agent's name. Therefore no code may catch this and go on.
 */
final class LostThreadError extends Error {
  private static final long serialVersionUID = 1L;

  LostThreadError(SystemCallException cause) {
    super("this thread cannot leave a pod's network namespace; the process must end", cause);
  }
}
