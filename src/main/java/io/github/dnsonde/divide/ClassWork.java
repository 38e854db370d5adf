package io.github.dnsonde.divide;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.report.ClassKey;

/**
 * The queries of one class on one node. Only those to servers off the node count.
 *
 * @param key the class
 * @param round the queries of one round with all questions
 * @param backgroundRound the queries of one round in the background
 * @param core true if the node's agent probes it as core by an earlier division
 */
public record ClassWork(ClassKey key, int round, int backgroundRound, boolean core) {
  public ClassWork {
    requireNonNull(key, "key is null");
    if (round < 0 || backgroundRound < 0 || backgroundRound > round) {
      throw new IllegalArgumentException(
          "a round of " + key + " has " + round + " queries, in the background " + backgroundRound);
    }
  }
}
