package io.github.dnsonde.testkit;

import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.FoundNetwork.Held;
import io.github.dnsonde.probe.NetworkId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Network namespaces that do not exist, as a scan would have found them. */
public final class FoundNetworks {

  private FoundNetworks() {}

  /** Another owner's namespace, which also has this address. */
  public static FoundNetwork alsoWith(InetAddress address) {
    return new FoundNetwork(
        new NetworkId(4, -address.hashCode(), Instant.EPOCH),
        Path.of("/run/netns/also-" + address.getHostAddress()),
        Map.of(address, new Held(true, 0, Instant.EPOCH)),
        Map.of());
  }

  /** One for each pod, with all of its addresses on its primary interface, from the beginning. */
  public static List<FoundNetwork> ofPods(Collection<List<InetAddress>> pods) {
    Set<InetAddress> given = new HashSet<>();
    List<FoundNetwork> found = new ArrayList<>();
    for (List<InetAddress> pod : pods) {
      Map<InetAddress, Held> addresses = new HashMap<>();
      pod.stream()
          .filter(given::add)
          .forEach(address -> addresses.put(address, new Held(true, 0, Instant.EPOCH)));
      if (!addresses.isEmpty()) {
        found.add(
            new FoundNetwork(
                new NetworkId(4, pod.getFirst().hashCode(), Instant.EPOCH),
                Path.of("/run/netns/" + pod.getFirst().getHostAddress()),
                addresses,
                Map.of()));
      }
    }
    return found;
  }
}
