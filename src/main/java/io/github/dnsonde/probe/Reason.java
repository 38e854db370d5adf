package io.github.dnsonde.probe;

import java.util.Locale;

/** The reasons for a failed probe: the closed set, for labels, logs and alerts. */
public enum Reason {
  TIMEOUT(Kind.UNANSWERED),
  PORT_UNREACHABLE(Kind.UNANSWERED),
  CONNECTION_REFUSED(Kind.UNANSWERED),
  CONNECTION_RESET(Kind.UNANSWERED),
  PROHIBITED(Kind.UNANSWERED),
  NO_ROUTE(Kind.UNANSWERED),
  LOCAL_DENIED(Kind.UNANSWERED),
  SERVFAIL(Kind.WRONG),
  NXDOMAIN(Kind.WRONG),
  NODATA(Kind.WRONG),
  REFERRAL(Kind.WRONG),
  REFUSED(Kind.WRONG),
  OTHER_RCODE(Kind.WRONG),
  TRUNCATED(Kind.WRONG),
  WRONG_ADDRESS(Kind.WRONG),
  MALFORMED(Kind.WRONG),
  LATE(Kind.LATE);

  private final Kind kind;

  Reason(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** The word in labels and logs, such as {@code port_unreachable}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The three kinds of failure. "Cut off" is any reason of kind {@link #UNANSWERED}: one policy can
   * appear as several of them.
   */
  public enum Kind {
    UNANSWERED,
    WRONG,
    LATE
  }
}
