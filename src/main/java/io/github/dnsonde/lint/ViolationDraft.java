package io.github.dnsonde.lint;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A finding about pods, to which others of the same cause may be added.
 *
 * @param severity the rule's, or less where it is not certain
 * @param policy whose manifest is to be changed
 * @param path of the field in it
 * @param who the pods are that suffer
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

  /** Whether another has the same cause. */
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

  /** The same, as a warning at most. */
  ViolationDraft unless(String reason) {
    Severity least = severity.isAtLeast(Severity.WARNING) ? Severity.WARNING : severity;
    return new ViolationDraft(
        rule, least, policy, path, who, says + ", unless " + reason, suggestedPolicy);
  }

  /** The same, and where it holds. */
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
        new Violation.Name(
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
