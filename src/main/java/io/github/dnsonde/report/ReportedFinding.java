package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.ShortText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A finding with its age instead of the time of its first failure.
 *
 * @param since the age of the first failure that it explains
 */
public record ReportedFinding(
    Finding.Code code,
    Finding.Subject subject,
    Finding.Confidence confidence,
    Duration since,
    String sentence,
    List<String> evidence,
    List<String> policies,
    Optional<String> suggestedPolicy) {

  /** The characters of a sentence in brief: more than any sentence about two names of DNS has. */
  private static final int BRIEF = 1_000;

  private static final int BRIEF_EVIDENCE = 3;
  private static final int BRIEF_NAMES = 20;

  public ReportedFinding {
    requireNonNull(code, "code is null");
    requireNonNull(confidence, "confidence is null");
    Limits.age("since", since);
    Limits.names("namespaces of a finding", subject.namespaces());
    Limits.names("pods of a finding", subject.pods());
    Limits.names("servers of a finding", subject.servers());
    Limits.number("transports of a finding", subject.transports().size(), Limits.NAMES);
    Limits.text("a sentence", sentence, Limits.SENTENCE);
    Limits.number("sentences of evidence", evidence.size(), Limits.EVIDENCE);
    evidence.forEach(text -> Limits.text("a sentence", text, Limits.SENTENCE));
    Limits.names("policies of a finding", policies);
    suggestedPolicy.ifPresent(yaml -> Limits.text("a suggested policy", yaml, Limits.POLICY));
    evidence = List.copyOf(evidence);
    policies = List.copyOf(policies);
  }

  /** The number of characters of its texts. */
  int characters() {
    return sentence.length()
        + evidence.stream().mapToInt(String::length).sum()
        + suggestedPolicy.map(String::length).orElse(0)
        + Stream.of(subject.namespaces(), subject.pods(), subject.servers(), policies)
            .flatMap(List::stream)
            .mapToInt(String::length)
            .sum();
  }

  /**
   * Returns the finding in brief, as a controller keeps it: of 500 findings of a node at most, and
   * of each node of a cluster. It names no policy and suggests none, since an agent's are not
   * believed.
   */
  public ReportedFinding brief() {
    return new ReportedFinding(
        code,
        subject.first(BRIEF_NAMES),
        confidence,
        since,
        ShortText.text(sentence, BRIEF).intern(), // agents of all nodes say the same
        evidence.stream().limit(BRIEF_EVIDENCE).map(text -> ShortText.text(text, BRIEF)).toList(),
        List.of(),
        Optional.empty());
  }

  /** The number of characters of its evidence. */
  public int evidenceCharacters() {
    return evidence.stream().mapToInt(String::length).sum();
  }

  /** Returns the finding without evidence. */
  public ReportedFinding withoutEvidence() {
    return new ReportedFinding(
        code, subject, confidence, since, sentence, List.of(), policies, suggestedPolicy);
  }

  /**
   * Returns the finding as a controller keeps it that explains what fails by itself: without texts,
   * with the namespaces that it is about, and with the pods that only their own node can notice.
   */
  public ReportedFinding bare() {
    return new ReportedFinding(
        code,
        new Finding.Subject(
            code.isOfNamespace() ? subject.namespaces() : List.of(),
            code == Finding.Code.INTERCEPTED
                ? subject.pods().stream().distinct().toList()
                : List.of(),
            List.of(),
            List.of()),
        confidence,
        since,
        "",
        List.of(),
        List.of(),
        Optional.empty());
  }

  /** Returns the finding for a reader at this time. */
  public Finding at(Instant now) {
    return new Finding(
        code, subject, confidence, now.minus(since), sentence, evidence, policies, suggestedPolicy);
  }
}
