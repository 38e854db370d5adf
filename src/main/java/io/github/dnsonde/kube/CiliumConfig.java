package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.manifest.PolicyReader;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the ConfigMap of Cilium, by its name. */
final class CiliumConfig {

  private static final String PATH =
      "/api/v1/namespaces/" + CiliumSettings.NAMESPACE + "/configmaps/" + CiliumSettings.NAME;

  private static final Mask MASK =
      Mask.of("metadata(name),data(" + CiliumSettings.ENFORCEMENT + ")");

  private CiliumConfig() {}

  /**
   * Returns Cilium's settings; empty if the cluster has no kinds of Cilium, or if there is no such
   * ConfigMap, or if it may not be read.
   *
   * @param kinds the kinds that the cluster has
   * @param refused receives the error if the ConfigMap may not be read
   * @throws IOException if it cannot be read at the moment: this does not say that there is none
   */
  static Optional<ForeignPolicy> read(
      ApiServer server, Collection<PolicyKind> kinds, Consumer<StatusException> refused)
      throws IOException {
    if (kinds.stream().noneMatch(kind -> kind.group().equals(PolicyKind.CILIUM))) {
      return Optional.empty();
    }
    try {
      return PolicyReader.ciliumSettings(server.get(PATH, MASK));
    } catch (StatusException refusal) {
      if (refusal.isForbidden()) {
        refused.accept(refusal);
      } else if (!refusal.isNotFound()) {
        throw refusal;
      }
      return Optional.empty();
    }
  }
}
