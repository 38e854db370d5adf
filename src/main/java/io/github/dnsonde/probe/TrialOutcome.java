package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Verdict.Failed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The outcomes of one trial.
 *
 * @param at the time when it began
 * @param outcomes one for each of the trial's questions, in their order
 */
public record TrialOutcome(Trial trial, Instant at, List<Outcome> outcomes) {

  public TrialOutcome {
    requireNonNull(at, "at is null");
    outcomes = List.copyOf(outcomes);
    if (!outcomes.stream()
        .map(outcome -> outcome.probe().question())
        .toList()
        .equals(trial.question().questions())) {
      throw new IllegalArgumentException("the outcomes are not those of " + trial);
    }
  }

  /** Returns the outcome for a vantage that was young, whose failures say nothing. */
  public TrialOutcome whileYoung() {
    return new TrialOutcome(trial, at, outcomes.stream().map(Outcome::whileYoung).toList());
  }

  /** The comparison; empty if a query could not be sent or observed. */
  public Optional<TrialResult> result() {
    if (outcomes.stream().anyMatch(outcome -> outcome.verdict() instanceof Verdict.Untested)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (trial.question().kind()) {
          case LARGE -> ofLarge(outcomes.get(0), outcomes.get(1), outcomes.get(2));
          case FRESH -> ofFresh(outcomes.get(0), outcomes.get(1));
        });
  }

  private static TrialResult ofLarge(Outcome usual, Outcome large, Outcome stream) {
    if (isUnanswered(usual)) {
      return isRight(stream) ? TrialResult.DATAGRAM_LOST : TrialResult.FAILED;
    }
    boolean nothing = usual.verdict().equals(new Failed(Reason.NODATA));
    if (!(usual.reply() instanceof Answered answer) || !(isRight(usual) || nothing)) {
      return TrialResult.FAILED;
    }
    if (answer.size() > usual.probe().question().options().udpSize()) {
      return TrialResult.OVERSIZED;
    }
    if (!answer.truncated()) {
      TrialResult otherwise = nothing ? TrialResult.FAILED : TrialResult.FITS;
      return hasMore(stream, answer) ? TrialResult.CUT_SILENTLY : otherwise;
    }
    if (!isRight(stream)) {
      return TrialResult.TCP_FAILS;
    }
    return isUnanswered(large) ? TrialResult.FRAGMENTS_LOST : TrialResult.WHOLE;
  }

  private static boolean hasMore(Outcome stream, Answered than) {
    return isRight(stream)
        && stream.reply() instanceof Answered whole
        && whole.count() > than.count();
  }

  private static TrialResult ofFresh(Outcome known, Outcome fresh) {
    if (isRight(known)) {
      return isRight(fresh) ? TrialResult.ANSWERED : TrialResult.FRESH_FAILS;
    }
    return isRight(fresh) && !isUnanswered(known) ? TrialResult.CACHED_FAILS : TrialResult.FAILED;
  }

  /** A right answer that comes late is still right. */
  private static boolean isRight(Outcome outcome) {
    return outcome.verdict() instanceof Verdict.Good
        || outcome.verdict().equals(new Failed(Reason.LATE));
  }

  private static boolean isUnanswered(Outcome outcome) {
    return outcome.verdict() instanceof Failed(Reason reason)
        && reason.kind() == Reason.Kind.UNANSWERED;
  }
}
