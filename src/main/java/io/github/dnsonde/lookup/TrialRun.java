package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * One trial that is under way: sends all its queries at once and waits for their outcomes. For the
 * thread of the exchange.
 */
public final class TrialRun {

  private final Trial trial;
  private final Consumer<TrialOutcome> done;
  private final Instant at;
  private final Outcome[] outcomes;
  private int missing;

  private TrialRun(Trial trial, Instant at, Consumer<TrialOutcome> done) {
    this.trial = trial;
    this.done = done;
    this.at = at;
    this.missing = trial.question().questions().size();
    this.outcomes = new Outcome[missing];
  }

  /**
   * Sends the queries of a trial.
   *
   * @param pace its timeout applies, and its limit for right answers
   * @param sent receives each query before it is sent
   * @param done receives the outcome, once
   */
  public static void start(
      Trial trial,
      Pace pace,
      Exchange exchange,
      Ticker ticker,
      Consumer<Probe> sent,
      Consumer<TrialOutcome> done) {
    TrialRun run = new TrialRun(trial, ticker.now(), done);
    List<Question> questions = trial.question().questions();
    for (int i = 0; i < questions.size(); i++) {
      int index = i;
      Probe probe = new Probe(trial.vantage(), trial.server(), questions.get(i), true);
      sent.accept(probe);
      exchange.query(probe, pace.timeout(), pace.late(), outcome -> run.ended(index, outcome));
    }
  }

  private void ended(int index, Outcome outcome) {
    outcomes[index] = outcome;
    missing--;
    if (missing == 0) {
      done.accept(new TrialOutcome(trial, at, Arrays.asList(outcomes)));
    }
  }
}
