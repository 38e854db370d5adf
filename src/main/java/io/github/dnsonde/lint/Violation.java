package io.github.dnsonde.lint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.NamespacedName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A single finding.
 *
 * @param rule the rule that is broken
 * @param severity the rule's, or less if the finding is not certain
 * @param sourceLocation the place of the finding
 * @param policy the policy whose manifest it is
 * @param about the part of the policy, as far as that distinguishes findings of one rule; no line,
 *     no index
 * @param says a sentence for a person
 * @param suggestedPolicy YAML of the policy that would fix it
 */
record Violation(
    Rule rule,
    Severity severity,
    SourceLocation sourceLocation,
    NamespacedName policy,
    String about,
    String says,
    Optional<String> suggestedPolicy)
    implements Comparable<Violation> {

  private static final Comparator<Violation> ORDER =
      comparing(Violation::sourceLocation)
          .thenComparing(Violation::rule)
          .thenComparing(Violation::about)
          .thenComparing(Violation::says)
          .thenComparing(Violation::severity)
          .thenComparing(violation -> violation.policy().toString());

  private static final int FINGERPRINT_OCTETS = 12;

  Violation {
    requireNonNull(rule, "rule is null");
    requireNonNull(severity, "severity is null");
    requireNonNull(sourceLocation, "sourceLocation is null");
    requireNonNull(policy, "policy is null");
    requireNonNull(about, "about is null");
    requireNonNull(says, "says is null");
    requireNonNull(suggestedPolicy, "suggestedPolicy is null");
  }

  /** Returns the same finding with a policy that would fix it, as YAML. */
  Violation fixedBy(Optional<String> yaml) {
    return new Violation(rule, severity, sourceLocation, policy, about, says, yaml);
  }

  /**
   * The fingerprint from rule, policy and part. It is the same wherever the policy is in a file.
   */
  String fingerprint() {
    String all = String.join("\n", rule.id(), policy.namespace(), policy.name(), about);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, FINGERPRINT_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  @Override
  public int compareTo(Violation other) {
    return ORDER.compare(this, other);
  }
}
