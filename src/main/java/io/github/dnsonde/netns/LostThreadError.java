package io.github.dnsonde.netns;

/**
 * A thread that cannot leave a pod's network namespace. Whatever it did next would happen in the
 * wrong network, under the agent's name; so nothing may catch this and go on.
 */
final class LostThreadError extends Error {
  private static final long serialVersionUID = 1L;

  LostThreadError(SystemCallException cause) {
    super("this thread cannot leave a pod's network namespace; the process must end", cause);
  }
}
