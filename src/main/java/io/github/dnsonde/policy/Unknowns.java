package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.Locale;
import java.util.stream.Stream;

/** Verdicts that depend on a rule of another kind that cannot be evaluated. */
final class Unknowns {

  private Unknowns() {}

  /**
   * Returns the verdict if a rule may match: that of both cases, if they agree, or else unknown.
   *
   * @param matched the verdict if it matches
   * @param otherwise the verdict if it does not, which is likely
   * @param sentence the reason why it is not known whether it matches
   */
  static PolicyVerdict either(PolicyVerdict matched, PolicyVerdict otherwise, String sentence) {
    boolean agree =
        matched.decision() == otherwise.decision() && matched.decision() != Decision.UNKNOWN;
    return agree
        ? otherwise
        : new Unknown(
            UnknownReason.FOREIGN_POLICY,
            otherwise.likely(),
            otherwise.isolating(),
            Stream.of(Stream.of(sentence), about(otherwise), about(matched))
                .flatMap(sentences -> sentences)
                .distinct()
                .toList(),
            otherwise.other());
  }

  /** Returns the sentences of a verdict that depends on policies of another kind. */
  static Stream<String> about(PolicyVerdict verdict) {
    return verdict instanceof Unknown unknown && unknown.isOfOtherKind()
        ? unknown.about().stream()
        : Stream.of();
  }

  /** Returns a clause about a policy as a sentence, with the command that shows the policy. */
  static String sentence(ForeignPolicy policy, String clause) {
    return capital(clause) + ". See: " + OtherKinds.command(policy);
  }

  /** Returns words with a capital at their start. */
  static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
