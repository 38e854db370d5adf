package io.github.dnsonde.report;

import java.io.IOException;
import java.util.Locale;

/** A report, or a reply to one, that is not accepted. The message states the reason. */
public final class RefusedReportException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Why why;

  /** The kinds of reasons, for a metric. */
  public enum Why {
    /** It has more octets than {@link Limits#OCTETS}. */
    TOO_LARGE,
    /** It is not JSON in UTF-8, or ends early. */
    MALFORMED,
    /** It lacks a field, or a value is not one that an agent sends. */
    INVALID;

    /** The word in labels. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public RefusedReportException(Why why, String message) {
    super(message);
    this.why = why;
  }

  public RefusedReportException(Why why, String message, Throwable cause) {
    super(message, cause);
    this.why = why;
  }

  public Why why() {
    return why;
  }
}
