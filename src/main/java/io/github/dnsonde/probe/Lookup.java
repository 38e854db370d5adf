package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A lookup of a name as an application does it: with a resolver, its search list and its retries.
 * It repeats like a probe, but consists of several queries.
 *
 * @param name as the application writes it: without a final dot, the search list counts
 * @param kind the resolver whose behaviour is repeated
 * @param servers the nameservers of the pod's {@code resolv.conf}, in order; at least one
 * @param settings the other settings of that file
 * @param unknown the parts of the file that the agent cannot see, a phrase each
 */
public record Lookup(
    Vantage vantage,
    String name,
    ResolverKind kind,
    List<Server> servers,
    ResolverSettings settings,
    List<String> unknown)
    implements Repeated {

  public Lookup {
    requireNonNull(vantage, "vantage is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(settings, "settings is null");
    servers = List.copyOf(servers);
    unknown = List.copyOf(unknown);
    Question.checkName(Question.absolute(name));
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a lookup needs a server, found none for " + name);
    }
  }

  /** The number of dots in the name, which {@code ndots} is compared with. */
  public int dots() {
    return (int) name.chars().filter(c -> c == '.').count();
  }
}
