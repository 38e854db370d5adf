package io.github.dnsonde.probe;

/**
 * Shortens text that is kept or sent in numbers, such as texts from servers and from the system in
 * outcomes: a thousand outcomes are remembered, and a message can have 64 KiB.
 */
public final class ShortText {

  /** Maximum number of characters of one text in an outcome. */
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
  public static String text(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - CUT.length()) + CUT;
  }
}
