package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The annotation by which an object's author suppresses findings about it: {@code rule-id: reason;
 * rule-id: reason}. The reason is required, for those who read it next year.
 */
public final class IgnoreAnnotation {

  public static final String KEY = "dnsonde.github.io/ignore";

  private static final Pattern ENTRY = Pattern.compile("\\s*([^:\\s]+)\\s*(?::\\s*(\\S.*)?)?");

  private IgnoreAnnotation() {}

  /**
   * One entry.
   *
   * @param text the entry itself
   * @param rule the rule that it names; empty if it names none
   * @param reason empty if it gives none
   */
  public record Entry(String text, Optional<String> rule, Optional<String> reason) {
    public Entry {
      requireNonNull(text, "text is null");
      requireNonNull(rule, "rule is null");
      requireNonNull(reason, "reason is null");
    }
  }

  /** Returns the entries of the annotation's value. */
  public static List<Entry> entries(String value) {
    return Arrays.stream(value.split(";", -1))
        .filter(entry -> !entry.isBlank())
        .map(entry -> entry(entry.strip()))
        .toList();
  }

  private static Entry entry(String text) {
    Matcher matcher = ENTRY.matcher(text);
    return matcher.matches()
        ? new Entry(text, Optional.of(matcher.group(1)), Optional.ofNullable(matcher.group(2)))
        : new Entry(text, Optional.empty(), Optional.empty());
  }
}
