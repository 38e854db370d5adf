package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

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
    IN_FLIGHT(429),
    /** Too many tokens wait for the API server's verdict. */
    BUSY(503),
    /** The API server gives no verdict about the token. */
    NO_VERDICT(503),
    /** A body that is not compressed with gzip. */
    NOT_COMPRESSED(415),
    /** A body that is too large, before or after inflation. */
    TOO_LARGE(413),
    /** A body that is not a report. */
    MALFORMED(400);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    int status() {
      return status;
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
