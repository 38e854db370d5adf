package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Fields;
import java.io.IOException;
import java.util.Set;

/** The API server's refusal (Kubernetes API reference, Status). */
final class StatusException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int GONE = 410;

  /** What else is said of a version: that it is none, that the server has yet to reach it. */
  private static final Set<Integer> NO_VERSION = Set.of(400, 504);

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

  /**
   * Whether only a new list will help.
   *
   * @param listing whether it was a list that was refused: no version had been named then
   */
  boolean wantsNewList(boolean listing) {
    return code == GONE || (!listing && NO_VERSION.contains(code));
  }

  /**
   * Whether this is about what was asked for: the server is well, and others may have more luck.
   * Not so when it is overloaded, or asks who is there (RFC 9110 §15.5.2, §15.6.4, §15.6.5; RFC
   * 6585 §4).
   */
  boolean isRefusal() {
    return !Set.of(401, 429, 503, 504).contains(code);
  }

  /** Whether a permission is missing. */
  boolean isForbidden() {
    return code == 403;
  }

  /** Whether there is no such object. */
  boolean isNotFound() {
    return code == 404;
  }

  /** What an event or a body of kind Status says. */
  static StatusException of(int otherwise, Fields status) {
    return new StatusException(
        status.number("code").orElse(otherwise), status.text("message").orElse("(no message)"));
  }
}
