package io.github.dnsonde.cli;

import java.util.regex.Pattern;

/**
 * Text within Markdown. Tenants choose names that a timeline contains, and people paste timelines
 * into tickets: no name may become a link, an image or markup there.
 */
final class Markdown {

  /** An underscore within a word, such as {@code egress_denied}, is no markup. */
  private static final Pattern MARKUP =
      Pattern.compile("[\\\\`*\\[\\]<~]|(?<!\\w)_|_(?!\\w)|&(?=#?\\w+;)");

  private Markdown() {}

  /** Returns the text, as Markdown that shows it as it is. */
  static String text(String plain) {
    return MARKUP.matcher(plain).replaceAll("\\\\$0");
  }
}
