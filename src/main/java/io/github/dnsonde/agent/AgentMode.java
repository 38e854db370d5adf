package io.github.dnsonde.agent;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.metrics.ClusterStatus;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Periodic;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What lies around an agent, as far as it decides what is asked and from where. But for {@link
 * #exchange} and {@link #cluster}, one thread calls everything.
 */
public interface AgentMode extends AutoCloseable {

  /** How questions get out of here; closed by who uses it. */
  default Exchange exchange(Consumer<Duration> starved) {
    return new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, starved);
  }

  /** Whom to ask at each scrape what is known of the cluster; nobody where there is none. */
  default Optional<ClusterStatus> clusterStatus() {
    return Optional.empty();
  }

  /** Adds further periodic tasks, each with a thread of its own. */
  default void addTo(Periodic chores) {}

  /** Looks around. Called a few times a second; true when another plan may be due. */
  default boolean refresh() {
    return false;
  }

  /**
   * What is to be asked, as things are now.
   *
   * @param before the plan in force
   */
  Assignment assignment(Config config, Plan before);

  /**
   * The cluster as it is known; {@link ClusterView#EMPTY} without an API. Any thread may call it.
   */
  default ClusterView cluster() {
    return ClusterView.EMPTY;
  }

  @Override
  default void close() {}

  /** How to come by surroundings. */
  interface Factory {

    /**
     * Begins to look around.
     *
     * @throws IOException if what that takes is not there; the message says what to do
     */
    AgentMode create(Config config) throws IOException;
  }

  /**
   * What an agent is to do from now on.
   *
   * @param again vantages about which something changed, to be asked again at once
   */
  record Assignment(Plan plan, Pace pace, Set<Vantage> again) {
    public Assignment {
      again = Set.copyOf(again);
    }
  }
}
