package io.github.dnsonde.merge;

import java.util.Locale;

/** The outcomes of Events and of their repetitions, for counting. A published word stays. */
public enum EventResult {
  /** A new Event is in the API. */
  CREATED,
  /** An Event that is in the API was repeated: its cause lasts. */
  REPEATED,
  /** A new Event has to wait: there were too many in the last minute. Counted once for each. */
  LIMITED,
  /** An Event was never written: its cause was over, or it was no longer news, before it could. */
  DROPPED,
  /** The API server refused an Event, such as for a missing permission. */
  REFUSED,
  /** A request got no useful answer; it will be tried again. */
  FAILED;

  /** The word in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
