package io.github.dnsonde.e2e.wire;

import io.github.dnsonde.policy.CaseVerdict;
import java.util.Optional;
import java.util.Set;

/**
 * A verdict compared with the result on the wire.
 *
 * @param question the case and the transport
 * @param verdict the verdict in words
 * @param wire the result of the query
 */
record Comparison(String question, String verdict, String wire, Result result) {

  enum Result {
    AGREES,
    /** Kubernetes leaves it open, the verdict is unknown, and the engine behaves like most. */
    AS_LIKELY,
    /** Kubernetes leaves it open, the verdict is unknown, and the engine behaves unlike most. */
    UNDEFINED,
    DIFFERS
  }

  private static final String REFUSED = "invalid-policy";

  private static final Set<String> DENIED = Set.of(AskFromPods.SILENCE, AskFromPods.REJECTED);

  /** Returns the comparison for a query. */
  static Comparison ofReply(String question, CaseVerdict verdict, String reply) {
    Optional<String> seen = seen(reply);
    return new Comparison(question, words(verdict), reply, result(verdict, seen));
  }

  /** Returns the comparison for a policy that the API server refused. */
  static Comparison ofRefusal(String question, CaseVerdict verdict, String why) {
    boolean foreseen = verdict.doubt().filter(REFUSED::equals).isPresent();
    return new Comparison(
        question,
        words(verdict),
        "refused by the API server: " + why,
        foreseen ? Result.AGREES : Result.DIFFERS);
  }

  private static Optional<String> seen(String reply) {
    if (reply.equals(AskFromPods.ANSWERED)) {
      return Optional.of("allow");
    }
    return DENIED.contains(reply) ? Optional.of("deny") : Optional.empty();
  }

  private static Result result(CaseVerdict verdict, Optional<String> seen) {
    boolean accepted = verdict.doubt().filter(REFUSED::equals).isPresent();
    if (seen.isEmpty() || accepted) {
      return Result.DIFFERS;
    }
    if (!verdict.answer().equals("unknown")) {
      return seen.get().equals(verdict.answer()) ? Result.AGREES : Result.DIFFERS;
    }
    return seen.equals(verdict.likely()) ? Result.AS_LIKELY : Result.UNDEFINED;
  }

  private static String words(CaseVerdict verdict) {
    return verdict.answer()
        + verdict.doubt().map(doubt -> ": " + doubt).orElse("")
        + verdict
            .likely()
            .filter(_ -> verdict.doubt().isPresent())
            .map(l -> ", likely " + l)
            .orElse("");
  }

  /** Returns an explanation of the result. */
  String note() {
    return switch (result) {
      case AGREES -> "";
      case AS_LIKELY -> "undefined by Kubernetes: the engine here behaves as is likely";
      case UNDEFINED -> "undefined by Kubernetes: the wire shows this engine's choice";
      case DIFFERS -> "NOT EXPLAINED";
    };
  }
}
