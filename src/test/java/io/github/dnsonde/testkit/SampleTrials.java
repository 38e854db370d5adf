package io.github.dnsonde.testkit;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.ExtendedError;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Trials of {@code large.example.com.} and of names below it, and outcomes of them. */
public final class SampleTrials {

  public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  /** No answer. */
  public static final Reply SILENCE = new Reply.TimedOut(Reply.Phase.RESPONSE);

  public static final Reply NO_CONNECTION = new Reply.TimedOut(Reply.Phase.CONNECT);
  public static final Reply TRUNCATED = new Reply.Answered(0, true, List.of(), 45);
  public static final Reply WHOLE = answer(150, 2_446);
  public static final Reply SMALL = answer(1, 61);
  public static final Reply SERVFAIL = new Reply.Answered(2, false, List.of(), 45);
  public static final Reply NXDOMAIN = new Reply.Answered(3, false, List.of(), 45);
  public static final Reply CACHED_SERVFAIL =
      new Reply.Answered(
          2, false, false, true, List.of(), 0, 51, Optional.of(ExtendedError.CACHED_ERROR));

  private static final long MILLIS = 20;

  private SampleTrials() {}

  private static Reply answer(int count, int size) {
    List<Answer> some = List.of(new Answer("large.example.com.", "A", "198.51.100.1"));
    return new Reply.Answered(0, false, false, true, some, count, size);
  }

  /** A trial from this namespace to kube-dns. */
  public static Trial trial(TrialQuestion.Kind kind, String namespace) {
    return trial(kind, SampleOutcomes.vantage(namespace), SampleOutcomes.KUBE_DNS);
  }

  public static Trial trial(TrialQuestion.Kind kind, Vantage vantage, Server server) {
    return new Trial(vantage, server, question("large.example.com.", kind));
  }

  public static TrialQuestion question(String name, TrialQuestion.Kind kind) {
    return new TrialQuestion(name, RecordType.A, Scope.EXTERNAL, kind);
  }

  /** An outcome with a reply to each query, all equally fast. */
  public static TrialOutcome outcome(Trial trial, Reply... replies) {
    List<Outcome> outcomes = new ArrayList<>();
    List<Question> questions = trial.question().questions();
    for (int i = 0; i < replies.length; i++) {
      Probe probe = new Probe(trial.vantage(), trial.server(), questions.get(i), true);
      outcomes.add(SampleOutcomes.replied(probe, MILLIS, replies[i]));
    }
    return new TrialOutcome(trial, NOON, outcomes);
  }
}
