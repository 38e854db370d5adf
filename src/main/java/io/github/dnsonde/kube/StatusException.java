package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Fields;
import java.io.IOException;
import java.util.Set;

/** An error of the API server (Kubernetes API reference, Status). */
final class StatusException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int GONE = 410;

  /** The user of requests without credentials (Kubernetes documentation, "Authenticating"). */
  private static final String ANONYMOUS = "system:anonymous";

  /** Other answers about a version: it is invalid, or the server has not reached it yet. */
  private static final Set<Integer> NO_VERSION = Set.of(400, 504);

  private final int code;

  /**
   * Creates an error.
   *
   * @param code an HTTP status
   */
  StatusException(int code, String message) {
    super(code + " " + message);
    this.code = code;
  }

  /**
   * Returns true if only a new list will help.
   *
   * @param listing whether a list failed: no version had been named then
   */
  boolean wantsNewList(boolean listing) {
    return code == GONE || (!listing && NO_VERSION.contains(code));
  }

  /**
   * Returns true if the error concerns this request: the server is healthy, and other requests may
   * succeed. It is false if the server is overloaded or requires authentication (RFC 9110 §15.5.2,
   * §15.6.4, §15.6.5; RFC 6585 §4).
   */
  boolean isRefusal() {
    return !Set.of(401, 429, 503, 504).contains(code);
  }

  /** Returns true if a permission is missing. */
  boolean isForbidden() {
    return code == 403;
  }

  /** Returns true if the server took the request for that of a user without credentials. */
  boolean isAnonymous() {
    return isForbidden() && String.valueOf(getMessage()).contains("User \"" + ANONYMOUS + "\"");
  }

  /** Returns true if there is no such object. */
  boolean isNotFound() {
    return code == 404;
  }

  /** Returns true if there is such an object already, which was to be created. */
  boolean isConflict() {
    return code == 409;
  }

  /** Returns true if the server failed, and not the request. */
  boolean isOfServer() {
    return code >= 500;
  }

  /** Returns the error that an event or a body of kind Status describes. */
  static StatusException of(int otherwise, Fields status) {
    return new StatusException(
        status.number("code").orElse(otherwise), status.text("message").orElse("(no message)"));
  }
}
