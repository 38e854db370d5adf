package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.OptionalInt;

/** Thrown if a report is not accepted. The sender receives the message, and the status. */
public final class DeliveryException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** The reasons for a refusal, each with its HTTP status (RFC 9110 §15, RFC 6585 §4). */
  public enum Reason {
    /** No token, or text that is not one of a service account. */
    MALFORMED_TOKEN(401),
    /** A token for another audience, or an expired one, by its own claims. */
    UNUSABLE_TOKEN(401),
    /** A token that the API server rejects. */
    REJECTED_TOKEN(401),
    /** A token of another service account. */
    WRONG_ACCOUNT(403),
    /** A report of another node than the token's. */
    WRONG_NODE(403),
    /** The token's node is not known. */
    UNKNOWN_NODE(403),
    /** Another report of the node is being received. */
    IN_FLIGHT(429, 1),
    /** Too many tokens wait for the API server's verdict. */
    BUSY(503, 5),
    /** The API server gives no verdict about the token. */
    NO_VERDICT(503, 5),
    /** A body without a Content-Length: chunks of any size would be collected in memory. */
    NO_LENGTH(411),
    /** A body that is not compressed with gzip. */
    NOT_COMPRESSED(415),
    /** A body that is too large, before or after inflation. */
    TOO_LARGE(413),
    /** A body that is not a report. */
    MALFORMED(400);

    private final int status;
    private final int retryAfter;

    Reason(int status) {
      this(status, 0);
    }

    Reason(int status, int retryAfter) {
      this.status = status;
      this.retryAfter = retryAfter;
    }

    int status() {
      return status;
    }

    /** The seconds after which the sender may try again; empty if that alone changes nothing. */
    OptionalInt retryAfter() {
      return retryAfter == 0 ? OptionalInt.empty() : OptionalInt.of(retryAfter);
    }

    /** The word in metrics and log lines, such as {@code wrong_node}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Creates a refusal; the message says what was expected. */
  public DeliveryException(Reason reason, String message) {
    super(message);
    this.reason = requireNonNull(reason, "reason is null");
  }

  public Reason reason() {
    return reason;
  }
}
