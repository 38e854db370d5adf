package io.github.dnsonde.cli;

import java.util.regex.Pattern;

/**
 * Text within Markdown. Tenants choose names that a timeline contains, and people paste timelines
 * into tickets: no name may become a link, an image, a mention of a person or markup there.
 */
final class Markdown {

  /** An underscore within a word, such as {@code egress_denied}, is no markup. */
  private static final Pattern MARKUP =
      Pattern.compile("[\\\\`*\\[\\]<~]|(?<!\\w)_|_(?!\\w)|&(?=#?\\w+;)");

  /** The points where a bare address or a mention would become a link. */
  private static final Pattern LINKED = Pattern.compile("(?i):(?=//)|@|www(?=\\.)");

  /**
   * A space without width. An escape of the character itself would not do: what looks for addresses
   * and mentions may read the text after its escapes are undone.
   */
  private static final String BREAK = "&#8203;";

  private Markdown() {}

  /** Returns the text, as Markdown that shows it as it is. */
  static String text(String plain) {
    String escaped = MARKUP.matcher(plain).replaceAll("\\\\$0");
    return LINKED.matcher(escaped).replaceAll("$0" + BREAK);
  }
}
