package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * A name to look up as an application does.
 *
 * @param name without a final dot; with one, the search list does not count
 */
public record LookupQuestion(String name, ResolverKind kind) {
  public LookupQuestion {
    requireNonNull(kind, "kind is null");
    Question.checkName(Question.absolute(name));
  }
}
