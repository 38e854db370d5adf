package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.IgnoreAnnotation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The findings that an object's annotation suppresses.
 *
 * @param rules the rules that are not reported for the object
 * @param broken entries that suppress nothing, with their mistakes
 */
record Ignores(Set<Rule> rules, List<String> broken) {

  static final String ANNOTATION = IgnoreAnnotation.KEY;

  static Ignores of(Document object) {
    Set<Rule> rules = EnumSet.noneOf(Rule.class);
    List<String> broken = new ArrayList<>();
    String text = object.metadata().object("annotations").text(ANNOTATION).orElse("");
    IgnoreAnnotation.entries(text).forEach(entry -> read(entry, rules, broken));
    return new Ignores(rules, broken);
  }

  private static void read(IgnoreAnnotation.Entry entry, Set<Rule> rules, List<String> broken) {
    Optional<Rule> rule = entry.rule().flatMap(Rule::of);
    if (rule.isEmpty()) {
      broken.add("'" + entry.text() + "' names no rule (dnsonde lint --list-rules)");
    } else if (entry.reason().isEmpty()) {
      broken.add("'" + entry.text() + "' has no reason; write '" + rule.get().id() + ": why'");
    } else {
      rules.add(rule.get());
    }
  }
}
