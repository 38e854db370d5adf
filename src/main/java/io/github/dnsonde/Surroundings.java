package io.github.dnsonde;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.metrics.ClusterNews;
import io.github.dnsonde.plan.Knowledge;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What lies around an agent, as far as it decides what is asked and from where. But for {@link
 * #exchange}, {@link #scan} and {@link #cluster}, one thread calls everything.
 */
interface Surroundings extends AutoCloseable {

  /** How questions get out of here; closed by who uses it. */
  default Exchange exchange(Consumer<Duration> starved) {
    return new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, starved);
  }

  /** Whom to ask at each scrape what is known of the cluster; nobody where there is none. */
  default Optional<ClusterNews> news() {
    return Optional.empty();
  }

  /**
   * Looks into folders, which may take long. Called once a second, by a thread that calls nothing
   * else.
   */
  default void scan() {}

  /** Looks around. Called a few times a second; true when another plan may be due. */
  default boolean look() {
    return false;
  }

  /**
   * What is to be asked, as things are now.
   *
   * @param before the plan in force
   */
  Orders orders(Config config, Plan before);

  /** What the cluster looks like; {@link ClusterView#EMPTY} where nobody tells. Any thread asks. */
  default ClusterView cluster() {
    return ClusterView.EMPTY;
  }

  @Override
  default void close() {}

  /** How to come by surroundings. */
  interface Found {

    /**
     * Begins to look around.
     *
     * @throws IOException if what that takes is not there; the message says what to do
     */
    Surroundings by(Config config) throws IOException;
  }

  /**
   * What an agent is to do from now on.
   *
   * @param again vantages about which something changed, to be asked again at once
   */
  record Orders(Plan plan, Pace pace, Set<Vantage> again) {
    public Orders {
      again = Set.copyOf(again);
    }
  }

  /** An agent that asks from its own pod. */
  static Surroundings ofSelf() {
    return (config, before) ->
        new Orders(
            Planner.plan(config, Knowledge.ofSelf(resolvers()), before), config.pace(), Set.of());
  }

  /** The nameservers that this pod was given; none when its resolv.conf cannot be read. */
  static List<InetAddress> resolvers() {
    try {
      return ResolvConf.read(ResolvConf.PATH).nameservers();
    } catch (IOException e) {
      Log.named("agent")
          .warn(Event.of("resolv.conf cannot be read: every server counts as in use").because(e));
      return List.of();
    }
  }
}
