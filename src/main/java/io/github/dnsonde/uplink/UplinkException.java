package io.github.dnsonde.uplink;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** Thrown if a report was not accepted. The message says what failed, and what to check. */
public final class UplinkException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Why why;
  private final Duration retryAfter;

  /** The kinds of failure, for a metric. */
  public enum Why {
    /** The API server does not give the controller's address. */
    NO_ADDRESS,
    /** The certificate authority or the token is not mounted yet, or not usable. */
    NO_CREDENTIALS,
    /** No connection, or no response in time. */
    UNREACHABLE,
    /** The controller's certificate is not of the expected authority and name. */
    UNTRUSTED,
    /** The controller refuses the report. */
    REFUSED,
    /** The response is not a reply. */
    INVALID_REPLY;

    /** The word in metrics and log lines, such as {@code no_address}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Creates a failure. */
  public UplinkException(Why why, String message) {
    this(why, message, Duration.ZERO);
  }

  /** Creates a failure after which the controller wants to be left alone for a time. */
  UplinkException(Why why, String message, Duration retryAfter) {
    super(message);
    this.why = requireNonNull(why, "why is null");
    this.retryAfter = requireNonNull(retryAfter, "retryAfter is null");
  }

  public Why why() {
    return why;
  }

  /** The time for which the controller wants to be left alone; zero if it has not said. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
