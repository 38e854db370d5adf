package io.github.dnsonde;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Whom the pods' own resolvers ask. */
final class Resolvers {

  private static final Log LOG = Log.named("agent");

  private Resolvers() {}

  /** What the configuration says; else what this machine's resolv.conf says; else nothing. */
  static List<InetAddress> of(Config config) {
    if (!config.cluster().dns().isEmpty()) {
      return config.cluster().dns();
    }
    try {
      return ResolvConf.read(ResolvConf.PATH).nameservers();
    } catch (IOException e) {
      LOG.warn(Event.of("resolv.conf cannot be read: every server counts as in use").because(e));
      return List.of();
    }
  }
}
