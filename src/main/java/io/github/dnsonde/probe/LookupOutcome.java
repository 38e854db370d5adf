package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The result of one lookup.
 *
 * @param at the time when it began
 * @param duration the time that an application waits for it; empty if the agent was too starved to
 *     measure, or could not send
 * @param steps its queries, in the order in which they were sent
 */
public record LookupOutcome(
    Lookup lookup, Instant at, Optional<Duration> duration, List<Step> steps, Result result) {

  public LookupOutcome {
    requireNonNull(lookup, "lookup is null");
    requireNonNull(at, "at is null");
    requireNonNull(duration, "duration is null");
    steps = List.copyOf(steps);
    requireNonNull(result, "result is null");
  }

  /**
   * One query of a lookup.
   *
   * @param after the time from the start of the lookup to the query
   * @param outcome the query's own outcome; empty if the lookup ended before it
   */
  public record Step(Duration after, Probe probe, Optional<Outcome> outcome) {
    public Step {
      requireNonNull(after, "after is null");
      requireNonNull(probe, "probe is null");
      requireNonNull(outcome, "outcome is null");
    }

    /** The result for people: the reason of a failure, or that it was answered or left alone. */
    public String result() {
      return outcome.map(each -> each.verdict().why().orElse("answered")).orElse("left alone");
    }
  }

  /** The result that the application gets. */
  public sealed interface Result {

    /** At least one address, under this absolute name. */
    record Found(String name) implements Result {
      public Found {
        Question.checkName(name);
      }
    }

    /**
     * An error.
     *
     * @param step the number of the query that decided it, from 1; 0 if none was sent
     */
    record Failed(Reason reason, int step) implements Result {
      public Failed {
        requireNonNull(reason, "reason is null");
      }
    }

    /** A query could not be sent or observed. Says nothing about DNS. */
    record Untested(Cause cause) implements Result {
      public Untested {
        requireNonNull(cause, "cause is null");
      }
    }
  }

  /**
   * Returns the outcome for a vantage that was young. A failure becomes untested, because policy
   * engines program new pods late.
   */
  public LookupOutcome whileYoung() {
    return result instanceof Result.Failed
        ? new LookupOutcome(lookup, at, duration, steps, new Result.Untested(Cause.YOUNG))
        : this;
  }

  /** The number of names that were asked for. */
  public int names() {
    return (int) steps.stream().map(step -> step.probe().question().name()).distinct().count();
  }

  /** The step that decided a failure. */
  public Optional<Step> failedStep() {
    return result instanceof Result.Failed(_, int step) && step >= 1 && step <= steps.size()
        ? Optional.of(steps.get(step - 1))
        : Optional.empty();
  }
}
