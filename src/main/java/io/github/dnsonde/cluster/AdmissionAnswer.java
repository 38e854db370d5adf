package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.SafeText;
import java.util.List;
import java.util.Optional;

/**
 * The answer to an {@link AdmissionRequest}.
 *
 * @param refusal the reason for the client if the change is refused; empty if it is allowed
 * @param warnings lines for the client; kubectl prints them
 * @param verdict a line for the audit log
 */
public record AdmissionAnswer(Optional<String> refusal, List<String> warnings, String verdict) {

  /** The number of warnings that an answer may have. */
  public static final int MOST_WARNINGS = 2;

  /** The characters of a warning that API servers do not shorten (AdmissionReview v1). */
  public static final int LONGEST_WARNING = 120;

  public AdmissionAnswer {
    requireNonNull(refusal, "refusal is null");
    warnings = List.copyOf(warnings);
    requireNonNull(verdict, "verdict is null");
    if (warnings.size() > MOST_WARNINGS) {
      throw new IllegalArgumentException(warnings.size() + " warnings");
    }
    warnings.stream()
        .filter(
            warning ->
                warning.length() > LONGEST_WARNING
                    || !warning.codePoints().allMatch(SafeText::shows))
        .findFirst()
        .ifPresent(
            warning -> {
              throw new IllegalArgumentException("not a warning: " + warning);
            });
  }

  /** Returns true if the change is allowed. */
  public boolean allowed() {
    return refusal.isEmpty();
  }
}
