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
record Draft(
    Rule rule,
    Severity severity,
    Located policy,
    String path,
    List<String> who,
    String says,
    Optional<String> mending) {

  private static final int NAMED = 3;

  /** Whether another has the same cause. */
  String cause() {
    return String.join("\n", rule.id(), place().toString(), says);
  }

  Draft and(Draft other) {
    return new Draft(
        rule,
        severity,
        policy,
        path,
        Stream.concat(who.stream(), other.who.stream()).distinct().toList(),
        says,
        mending);
  }

  /** The same, as a warning at most. */
  Draft unless(String reason) {
    Severity least = severity.isAtLeast(Severity.WARNING) ? Severity.WARNING : severity;
    return new Draft(rule, least, policy, path, who, says + ", unless " + reason, mending);
  }

  /** The same, and where it holds. */
  Draft in(String unit) {
    return new Draft(rule, severity, policy, path, who, says + " (in " + unit + ")", mending);
  }

  Finding finding() {
    Document document = policy.document();
    return new Finding(
        rule,
        severity,
        place(),
        new Finding.Name(Neighbourhood.shown(policy.policy().namespace()), policy.policy().name()),
        "",
        document.name() + " " + says.replace("PODS", pods()),
        mending);
  }

  private Place place() {
    return policy.document().place(path);
  }

  private String pods() {
    String first = String.join("; ", who.subList(0, Math.min(NAMED, who.size())));
    return who.size() > NAMED ? first + "; and " + (who.size() - NAMED) + " more" : first;
  }
}
