package io.github.dnsonde;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.plan.Knowledge;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** What lies around an agent, as far as it changes what is asked and from where. */
interface Surroundings extends AutoCloseable {

  /** Where the sockets for this agent's vantages come from. */
  Sockets sockets();

  /**
   * What is to be asked, as things are now.
   *
   * @param before the plan in force
   */
  Plan plan(Config config, Plan before);

  @Override
  default void close() {}

  /** An agent that asks from its own pod. */
  static Surroundings ofSelf() {
    return new Surroundings() {
      @Override
      public Sockets sockets() {
        return Sockets.ofThisProcess();
      }

      @Override
      public Plan plan(Config config, Plan before) {
        return Planner.plan(config, Knowledge.ofSelf(resolvers()), before);
      }
    };
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
