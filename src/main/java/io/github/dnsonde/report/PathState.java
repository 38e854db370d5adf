package io.github.dnsonde.report;

import java.util.Locale;

/** The state of a path, the worst first. A published word keeps its meaning. */
public enum PathState {
  /** No question gets a response: two queries or more in a row. */
  UNANSWERED,
  /** A question is answered wrongly, or stays without a response while others are answered. */
  WRONG,
  /** Right answers come when most clients have given up. */
  LATE,
  /** One query got no response, which may be a lost packet. */
  UNCERTAIN,
  /** No query could be sent or observed yet, or none can be any more. */
  UNTESTED,
  /** No response is expected: the pod's owner has declared that it needs no DNS. */
  EXPECTED,
  /** Every question is answered, rightly and in time. */
  GOOD;

  /** The word in JSON and tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns true if results explain the state. */
  public boolean hasResults() {
    return switch (this) {
      case UNANSWERED, WRONG, LATE, UNCERTAIN -> true;
      case UNTESTED, EXPECTED, GOOD -> false;
    };
  }

  /** Returns true if an application would notice. */
  public boolean fails() {
    return this == UNANSWERED || this == WRONG || this == LATE;
  }
}
