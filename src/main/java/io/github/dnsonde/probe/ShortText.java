package io.github.dnsonde.probe;

/**
 * Shortens text from servers and from the system that an outcome keeps. A thousand outcomes are
 * remembered, and a message can have 64 KiB.
 */
final class ShortText {

  /** Maximum number of characters of one text. */
  static final int MOST = 256;

  private static final String CUT = "...";

  private ShortText() {}

  /**
   * Returns the text, or its beginning and three dots if it is longer than {@link #MOST}
   * characters.
   */
  static String text(String text) {
    return text(text, MOST);
  }

  /** Does the same with another limit of more than three characters. */
  static String text(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - CUT.length()) + CUT;
  }
}
