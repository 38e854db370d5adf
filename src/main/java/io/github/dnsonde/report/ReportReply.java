package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The controller's reply to a report.
 *
 * @param nodeShare the node's part of the work; empty while the controller does not divide it
 */
public record ReportReply(Optional<NodeShare> nodeShare) {

  /** A reply without a division of work. */
  public static final ReportReply NONE = new ReportReply(Optional.empty());

  /**
   * The part of the cluster's work that one node does.
   *
   * @param queriesPerSecond the limit for its queries to servers that are not on the node
   * @param whole true if it probes every class with the full period
   * @param background the period of the vantages of all other classes
   * @param clock the controller's clock in milliseconds, which times the turns
   * @param core the classes that it probes in turn with other nodes
   */
  public record NodeShare(
      double queriesPerSecond,
      boolean whole,
      Duration background,
      long clock,
      List<CoreClass> core) {
    public NodeShare {
      Limits.amount("queriesPerSecond", queriesPerSecond);
      Limits.age("background", background);
      if (!background.isPositive()) {
        throw new IllegalArgumentException("background is " + background + ", not more than 0");
      }
      if (clock < 0) {
        throw new IllegalArgumentException("clock is " + clock + ", less than 0");
      }
      Limits.number("core classes", core.size(), Limits.CLASSES);
      core = List.copyOf(core);
      if (core.stream().map(CoreClass::key).distinct().count() != core.size()) {
        throw new IllegalArgumentException("a core class is listed twice");
      }
    }
  }

  /**
   * A class that a node probes in turn with others.
   *
   * @param turn the number of the node's turn, from 0; each lasts one period
   * @param of the number of turns after which it comes again
   */
  public record CoreClass(ClassKey key, int turn, int of) {

    /** More turns than a class has nodes. */
    private static final int MOST = 1_000_000;

    public CoreClass {
      requireNonNull(key, "key is null");
      if (of < 1 || of > MOST || turn < 0 || turn >= of) {
        throw new IllegalArgumentException("there is no turn " + turn + " of " + of);
      }
    }
  }
}
