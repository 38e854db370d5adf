package io.github.dnsonde.agent;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.plan.Planner;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.schedule.Periodic;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The surroundings of an agent that probes from its own pod and uses no API: its {@code
 * resolv.conf}, and the address of the node's cache after it has answered.
 */
public final class SelfMode implements AgentMode {

  private final OwnResolver ownResolver;
  private final CacheSearch cache;

  public SelfMode() {
    this(ResolvConf.PATH, CacheSearch.NOBODY);
  }

  /**
   * Creates an instance with another file, for example of a test.
   *
   * @param nobody an unused address, which is not expected to answer
   */
  SelfMode(Path resolvConf, InetAddress nobody) {
    this.ownResolver = new OwnResolver(resolvConf);
    this.cache = new CacheSearch(nobody);
  }

  @Override
  public void addTo(Periodic chores, Runnable planSoon) {
    cache.addTo(chores, planSoon);
  }

  @Override
  public boolean refresh() {
    boolean changed = ownResolver.changed();
    return cache.foundSomething() || changed;
  }

  @Override
  public Assignment assignment(Config config, Plan before) {
    cache.search(wanted(config), config);
    PlanInput planInput = PlanInput.ofSelf(ownResolver.resolvConf(), answering(config));
    return new Assignment(Planner.plan(config, planInput, before), config.pace(), Set.of());
  }

  /**
   * The cache's address to search at, unless the servers are listed or include that address anyway.
   */
  private Optional<InetAddress> wanted(Config config) {
    InetAddress address = config.cluster().nodeLocalDns().address();
    boolean queriedAnyway =
        Stream.concat(
                config.cluster().dns().stream(), ownResolver.resolvConf().nameservers().stream())
            .anyMatch(address::equals);
    return switch (config.servers()) {
      case Config.Servers.Listed _ -> Optional.empty();
      case Config.Servers.Auto _ -> Optional.of(address).filter(_ -> !queriedAnyway);
    };
  }

  private Set<InetAddress> answering(Config config) {
    return wanted(config).filter(cache::hasAnswered).stream().collect(toUnmodifiableSet());
  }
}
