package io.github.dnsonde.probe;

import java.util.Locale;

/** The results of queries over long-lived sockets: a closed set. */
public enum SocketResult {
  ANSWERED,
  /** New sockets also got no answer, or only some of them, or could not be compared. */
  UNANSWERED,
  /** New sockets got answers. */
  STALE;

  /** The word in labels, such as {@code unanswered}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
