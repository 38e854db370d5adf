package io.github.dnsonde.probe;

/**
 * Limits what an outcome keeps of text that a server, or the system, wrote: a thousand outcomes are
 * remembered, and the longest message has 64 KiB.
 */
final class Brief {

  /** The most characters of one text. */
  static final int MOST = 256;

  private static final String CUT = "...";

  private Brief() {}

  /** The text, or its beginning and three dots: at most {@link #MOST} characters. */
  static String text(String text) {
    return text(text, MOST);
  }

  /** The same with another limit, which is more than three characters. */
  static String text(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - CUT.length()) + CUT;
  }
}
