package io.github.dnsonde.agent;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.metrics.ClusterStatus;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.uplink.Uplink;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The environment of an agent, which decides what is probed and from where. One thread calls
 * everything, except {@link #exchange}, {@link #cluster}, {@link #share} and {@link #work}.
 */
public interface AgentMode extends AutoCloseable {

  /** Creates an exchange for queries; the caller closes it. */
  default Exchange exchange(Consumer<Duration> starved) {
    return new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, starved);
  }

  /** The sources for metrics about the cluster, read at each scrape; empty without a cluster. */
  default Optional<ClusterStatus> clusterStatus() {
    return Optional.empty();
  }

  /**
   * Adds further periodic tasks, each with its own thread.
   *
   * @param planSoon makes the agent call {@link #refresh} soon; any thread may run it
   */
  default void addTo(Periodic chores, Runnable planSoon) {}

  /**
   * Checks for changes; returns true if a new plan may be due. Called every few seconds, and soon
   * after a change was reported.
   */
  default boolean refresh() {
    return false;
  }

  /** Takes the node's part of the cluster's work from the controller. Called by any thread. */
  default void share(ReportReply.NodeShare share) {}

  /** The work of this node for the controller, which divides it; empty without a division. */
  default Optional<ReportedWork> work() {
    return Optional.empty();
  }

  /**
   * Returns the current assignment.
   *
   * @param before the plan in force
   */
  Assignment assignment(Config config, Plan before);

  /**
   * The cluster as it is known; {@link ClusterView#EMPTY} without an API. May be called by any
   * thread.
   */
  default ClusterView cluster() {
    return ClusterView.EMPTY;
  }

  /**
   * Returns the way to find the controller; empty without an API.
   *
   * @param service the controller's Service
   */
  default Optional<Uplink.Locator> controller(NamespacedName service) {
    return Optional.empty();
  }

  @Override
  default void close() {}

  /** Creates surroundings. */
  interface Factory {

    /**
     * Starts to observe the environment.
     *
     * @throws IOException if a precondition is missing; the message states what to do
     */
    AgentMode create(Config config) throws IOException;
  }

  /**
   * The assignment of an agent.
   *
   * @param again vantages that changed, to be queried again at once
   */
  record Assignment(Plan plan, Pace pace, Set<Vantage> again) {
    public Assignment {
      again = Set.copyOf(again);
    }
  }
}
