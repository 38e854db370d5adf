package io.github.dnsonde.admission;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.AdmissionAnswer;
import java.util.List;
import java.util.Optional;

/**
 * The decision about a request.
 *
 * @param override the reason for which it was allowed nevertheless; empty unless it is {@link
 *     Result#OVERRIDDEN}
 */
public record AdmissionDecision(
    Result result, AdmissionAnswer answer, Optional<Overridden> override) {

  public AdmissionDecision {
    requireNonNull(result, "result is null");
    requireNonNull(answer, "answer is null");
    requireNonNull(override, "override is null");
    if (answer.allowed() == (result == Result.REFUSED)
        || override.isPresent() != (result == Result.OVERRIDDEN)) {
      throw new IllegalArgumentException(result + " does not match " + answer);
    }
  }

  /**
   * A refusal that was overridden.
   *
   * @param reason in the words of the author
   * @param consequence of the change, as a predicate
   */
  public record Overridden(String reason, String consequence) {
    public Overridden {
      requireNonNull(reason, "reason is null");
      requireNonNull(consequence, "consequence is null");
    }
  }

  /** Returns a decision that lets a change pass without a word to the client. */
  public static AdmissionDecision pass(Result result) {
    return new AdmissionDecision(
        result, new AdmissionAnswer(Optional.empty(), List.of(), result.label()), Optional.empty());
  }
}
