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
 * The agent's own pod, which knows no API: its {@code resolv.conf}, and the address of the node's
 * cache once that has answered.
 */
public final class SelfMode implements AgentMode {

  private final OwnResolver ownResolver;
  private final CacheSearch cache;

  public SelfMode() {
    this(ResolvConf.PATH, CacheSearch.NOBODY);
  }

  /**
   * The same with another file, for example of a test.
   *
   * @param nobody an address at which nobody is expected to answer
   */
  SelfMode(Path resolvConf, InetAddress nobody) {
    this.ownResolver = new OwnResolver(resolvConf);
    this.cache = new CacheSearch(nobody);
  }

  @Override
  public void addTo(Periodic chores) {
    cache.addTo(chores);
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

  /** The cache's address, unless the servers are listed or its address is among them anyway. */
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
