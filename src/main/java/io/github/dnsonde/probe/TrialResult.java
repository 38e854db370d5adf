package io.github.dnsonde.probe;

import java.util.Locale;

/** The results of trials: a closed set. Those up to {@link #FITS} are about large answers. */
public enum TrialResult {
  /** Truncated over UDP, whole over TCP, and fragments arrive or are not needed. */
  WHOLE,
  /** Truncated over UDP, and TCP fails: applications get no answer. */
  TCP_FAILS,
  /** A client that accepts 4096 octets gets no answer over UDP, one that accepts 1232 does. */
  FRAGMENTS_LOST,
  /** No answer over UDP, although a query over TCP is answered. */
  DATAGRAM_LOST,
  /** An answer over UDP with fewer records than over TCP, without the TC bit. */
  CUT_SILENTLY,
  /** An answer over UDP that is larger than the client accepts. */
  OVERSIZED,
  /** The answer fits into a usual datagram, so that nothing about large ones is known. */
  FITS,
  /** The known and the fresh name are answered. */
  ANSWERED,
  /** The name that caches know is answered wrongly, a fresh one rightly. */
  CACHED_FAILS,
  /** A name that caches know is answered, a fresh one is not. */
  FRESH_FAILS,
  /** The queries fail in a way that their difference does not explain. */
  FAILED;

  /** The word in labels, such as {@code tcp_fails}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
