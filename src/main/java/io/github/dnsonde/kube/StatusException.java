package io.github.dnsonde.kube;

import java.io.IOException;
import java.util.Set;

/** The API server's refusal (Kubernetes API reference, Status). */
final class StatusException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Gone; also said of a version that is no version, and of one that the server has yet to reach.
   */
  private static final Set<Integer> LIST_AGAIN = Set.of(410, 400, 504);

  private final int code;

  /**
   * Makes one.
   *
   * @param code an HTTP status
   */
  StatusException(int code, String message) {
    super(code + " " + message);
    this.code = code;
  }

  /** Whether going on from the version that was asked for is of no use. */
  boolean wantsNewList() {
    return LIST_AGAIN.contains(code);
  }

  /** What an event or a body of kind Status says. */
  static StatusException of(int otherwise, Fields status) {
    return new StatusException(
        status.number("code").orElse(otherwise), status.text("message").orElse("(no message)"));
  }
}
