package io.github.dnsonde.diagnosis;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The answers to questions that are asked again each turn, each computed once. One that a whole
 * turn did not ask for is forgotten. Belongs to one thread.
 */
final class LastAnswers<Q, A> {

  private Map<Q, A> before = Map.of();
  private Map<Q, A> now = new HashMap<>();

  /** Begins a turn. */
  void turn() {
    before = now;
    now = new HashMap<>();
  }

  /** Forgets all answers. */
  void clear() {
    before = Map.of();
    now = new HashMap<>();
  }

  /** Returns the answer, computed if the last turn and this one did not. */
  A to(Q question, Function<Q, A> compute) {
    return now.computeIfAbsent(
        question,
        asked -> {
          A known = before.get(asked);
          return known == null ? compute.apply(asked) : known;
        });
  }
}
