package io.github.dnsonde.plan;

import io.github.dnsonde.config.Config;
import java.net.InetAddress;
import java.util.List;

/** Whom the pods' own resolvers ask. */
public final class Resolvers {

  private Resolvers() {}

  /**
   * What a pod with the policy ClusterFirst is given: what the configuration says, else what the
   * agent, which is such a pod, was given itself.
   */
  public static List<InetAddress> ofCluster(Config config, Knowledge knowledge) {
    return config.cluster().dns().isEmpty() ? knowledge.resolvers() : config.cluster().dns();
  }
}
