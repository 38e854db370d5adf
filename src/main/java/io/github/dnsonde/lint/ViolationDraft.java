package io.github.dnsonde.lint;

import io.github.dnsonde.probe.NamespacedName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A finding about pods, to which others with the same cause may be added.
 *
 * @param severity the rule's, or less if the finding is not certain
 * @param policy the policy whose manifest must be changed
 * @param path the path of the field in it
 * @param who the affected pods
 * @param says a sentence with {@code PODS} in it
 */
record ViolationDraft(
    Rule rule,
    Severity severity,
    LocatedPolicy policy,
    String path,
    List<String> who,
    String says,
    Optional<String> suggestedPolicy) {

  private static final int NAMED = 3;

  /** The cause; findings with the same one can be merged. */
  String cause() {
    return String.join("\n", rule.id(), place().toString(), says);
  }

  ViolationDraft and(ViolationDraft other) {
    return new ViolationDraft(
        rule,
        severity,
        policy,
        path,
        Stream.concat(who.stream(), other.who.stream()).distinct().toList(),
        says,
        suggestedPolicy);
  }

  /** Returns the same finding, as a warning at most. */
  ViolationDraft unless(String reason) {
    Severity least = severity.isAtLeast(Severity.WARNING) ? Severity.WARNING : severity;
    return new ViolationDraft(
        rule, least, policy, path, who, says + ", unless " + reason, suggestedPolicy);
  }

  /** Returns the same finding, with the unit in which it holds. */
  ViolationDraft in(String unit) {
    return new ViolationDraft(
        rule, severity, policy, path, who, says + " (in " + unit + ")", suggestedPolicy);
  }

  Violation finding() {
    Document document = policy.document();
    return new Violation(
        rule,
        severity,
        place(),
        new NamespacedName(
            NamespaceScope.shown(policy.policy().namespace()), policy.policy().name()),
        "",
        document.name() + " " + says.replace("PODS", pods()),
        suggestedPolicy);
  }

  private SourceLocation place() {
    return policy.document().place(path);
  }

  private String pods() {
    String first = String.join("; ", who.subList(0, Math.min(NAMED, who.size())));
    return who.size() > NAMED ? first + "; and " + (who.size() - NAMED) + " more" : first;
  }
}
