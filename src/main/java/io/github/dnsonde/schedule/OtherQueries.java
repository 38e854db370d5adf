package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The queries of other checks than probes and lookups, for example canaries. Each waits until the
 * budget allows it. Thread-safe: checks ask for their turn, and the probing thread gives it.
 */
final class OtherQueries {

  private final BudgetPart part;
  private final List<Waiting> waiting = new ArrayList<>();

  /**
   * A query that waits for its turn.
   *
   * @param times how often it is sent at once; the turn comes when one may be sent, and counts all
   * @param toServer true if it is sent to a DNS server; other addresses count for the node alone
   * @param granted runs when it may be sent
   */
  record Waiting(Probe probe, int times, boolean toServer, Runnable granted) {}

  OtherQueries(Pace pace, long now) {
    this.part = new BudgetPart(pace, now);
  }

  /** Switches to this pace. */
  synchronized void follow(Pace pace, long now) {
    part.follow(pace, now);
  }

  /** Adds a query. */
  synchronized void add(Waiting query) {
    waiting.add(query);
  }

  /** Removes a query that does not wait any longer. */
  synchronized void remove(Waiting query) {
    waiting.remove(query);
  }

  /** Takes the first query that the budget allows, and counts it. */
  synchronized Optional<Waiting> next(Set<Server> onNode, long now) {
    Optional<Waiting> first =
        waiting.stream().filter(query -> part.from(isOffNode(query, onNode)) <= now).findFirst();
    first.ifPresent(
        query -> {
          waiting.remove(query);
          for (int i = 0; i < query.times(); i++) {
            part.take(isOffNode(query, onNode), now);
          }
        });
    return first;
  }

  /** Returns true if a query goes to a server that is not on this node. */
  static boolean isOffNode(Waiting query, Set<Server> onNode) {
    return query.toServer() && !onNode.contains(query.probe().server());
  }

  /** The time until a turn may come; {@link Long#MAX_VALUE} if none will. */
  synchronized long untilNext(Set<Server> onNode, long now) {
    return waiting.stream()
        .mapToLong(query -> Math.max(0, part.from(isOffNode(query, onNode)) - now))
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
