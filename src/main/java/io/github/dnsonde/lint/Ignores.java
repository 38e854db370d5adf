package io.github.dnsonde.lint;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The findings that an object's annotation suppresses: {@code rule-id: reason; rule-id: reason}.
 * The reason is required, for those who read it next year.
 *
 * @param rules the rules that are not reported for the object
 * @param broken entries that suppress nothing, with their mistakes
 */
record Ignores(Set<Rule> rules, List<String> broken) {

  static final String ANNOTATION = "dnsonde.github.io/ignore";

  private static final Pattern ENTRY = Pattern.compile("\\s*([^:\\s]+)\\s*(?::\\s*(\\S.*)?)?");

  static Ignores of(Document object) {
    Set<Rule> rules = EnumSet.noneOf(Rule.class);
    List<String> broken = new ArrayList<>();
    String text = object.metadata().object("annotations").text(ANNOTATION).orElse("");
    for (String entry : text.split(";", -1)) {
      if (!entry.isBlank()) {
        read(entry.strip(), rules, broken);
      }
    }
    return new Ignores(rules, broken);
  }

  private static void read(String entry, Set<Rule> rules, List<String> broken) {
    Matcher matcher = ENTRY.matcher(entry);
    Optional<Rule> rule = matcher.matches() ? Rule.of(matcher.group(1)) : Optional.empty();
    if (rule.isEmpty()) {
      broken.add("'" + entry + "' names no rule (dnsonde lint --list-rules)");
    } else if (matcher.group(2) == null) {
      broken.add("'" + entry + "' has no reason; write '" + rule.get().id() + ": why'");
    } else {
      rules.add(rule.get());
    }
  }
}
