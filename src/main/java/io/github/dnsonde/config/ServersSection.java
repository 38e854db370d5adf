package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.SectionList;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Value;
import io.github.dnsonde.config.yaml.WholeNumber;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.List;

/** The section {@code servers}: a list, or the word {@code auto}. */
final class ServersSection {

  private static final Scalar<String> NAME =
      Scalar.required(
          "name",
          new ObjectName(1, ObjectName.MAX_LABEL, "kube-dns"),
          "Alias in metrics and logs; each only once.");
  private static final Scalar<InetAddress> ADDRESS =
      Scalar.required(
          "address",
          new HostAddress(),
          "IP address, not a name: no name is resolved to reach a server.");
  private static final Scalar<Integer> PORT =
      Scalar.of("port", new WholeNumber(1, 65_535), "53", "Port for both UDP and TCP.");

  private static final Section<Server> ITEM =
      Section.of(
          "servers[]",
          in -> new Server(in.get(NAME), in.get(ADDRESS), in.get(PORT)),
          NAME,
          ADDRESS,
          PORT);

  static final SectionList<Server> LIST =
      SectionList.of(
              "servers",
              1,
              32,
              ITEM,
              "auto",
              "The servers to query. `auto`: every resolver that pods use (`cluster.dns`), the"
                  + " Service of `cluster.kube-dns`, and the node's cache if there is one.")
          .orWord("auto")
          .checked(ServersSection::eachNameOnce);

  private ServersSection() {}

  /** Makes the servers from the values of the root. */
  static Config.Servers make(Values in) {
    return in.hasWord(LIST) ? new Config.Servers.Auto() : new Config.Servers.Listed(in.get(LIST));
  }

  private static void eachNameOnce(List<Values> servers) {
    Repetitions names = new Repetitions();
    for (Values in : servers) {
      Value<String> name = in.scalar(NAME);
      name.sound().ifPresent(sound -> names.note(in, name.line(), in.path(NAME), sound));
    }
  }
}
