package io.github.dnsonde.config;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.YesOrNo;
import java.net.InetAddress;
import java.util.Optional;

/** The section {@code cluster}: facts about the cluster that are known in advance. */
final class ClusterSection {

  private static final ScalarList<InetAddress> DNS =
      ScalarList.of(
          "dns",
          new HostAddress(),
          0,
          16,
          "[]",
          "The resolvers that pods use. Each is a server, and its probes are *in use*. If empty,"
              + " those of the agent's own `/etc/resolv.conf`.");

  private static final Scalar<String> KUBE_DNS_NAMESPACE =
      Scalar.of(
              "namespace",
              new ObjectName(1, ObjectName.MAX_LABEL, "kube-system"),
              "kube-system",
              "Namespace of the cluster's DNS.")
          .fixedAtStart();
  private static final Scalar<String> KUBE_DNS_SERVICE =
      Scalar.of(
              "service",
              new ObjectName(1, ObjectName.MAX_LABEL, "kube-dns"),
              "kube-dns",
              "The Service of the cluster's DNS. Its first ClusterIP is the server `kube-dns`.")
          .fixedAtStart();
  private static final Scalar<Boolean> KUBE_DNS_ENDPOINTS =
      Scalar.of(
          "endpoints",
          new YesOrNo(),
          "false",
          "Whether the agent's own pod also queries each endpoint of the Service (server"
              + " `kube-dns-endpoint`).");

  private static final Section<Config.KubeDns> KUBE_DNS =
      Section.of(
          "kube-dns",
          in ->
              new Config.KubeDns(
                  in.get(KUBE_DNS_NAMESPACE), in.get(KUBE_DNS_SERVICE), in.get(KUBE_DNS_ENDPOINTS)),
          KUBE_DNS_NAMESPACE,
          KUBE_DNS_SERVICE,
          KUBE_DNS_ENDPOINTS);

  private static final Scalar<InetAddress> NODE_LOCAL_ADDRESS =
      Scalar.of(
          "address",
          new HostAddress(),
          "169.254.20.10",
          "Address of a cache on each node. Mode `self` queries it once a period, and adds it to"
              + " the servers once it has answered.");
  private static final Section<LabelSelector> NODE_LOCAL_PODS =
      LabelSelectorSection.of(
          "selector",
          "{k8s-app: node-local-dns}",
          "Labels of the cache's pods, in the namespace of the cluster's DNS. The cache is queried"
              + " only on nodes with such a pod.");

  private static final Section<Config.NodeLocalDns> NODE_LOCAL_DNS =
      Section.of(
          "node-local-dns",
          in -> new Config.NodeLocalDns(in.get(NODE_LOCAL_ADDRESS), in.get(NODE_LOCAL_PODS)),
          NODE_LOCAL_ADDRESS,
          NODE_LOCAL_PODS);

  private static final Scalar<Boolean> DETECT_INTERCEPTION =
      Scalar.of(
              "detect-interception",
              new YesOrNo(),
              "true",
              "Whether to detect DNS proxies, in mode `node`. Each vantage, and the agent's own pod"
                  + " for comparison, queries 192.0.2.53 and 169.254.255.53, which no host has. It"
                  + " does so at its start, after a change and every ten minutes. An answer shows a"
                  + " proxy.")
          .fixedAtStart();

  private static final Scalar<Optional<String>> OWNER_LABEL =
      Scalar.of(
          "owner-label",
          new OptionalLabelKey(),
          "''",
          "Label of Namespaces whose value names who owns them, such as `team`. It is shown in"
              + " findings, Events and `dnsonde_namespace_owner`, which alerts join. If empty,"
              + " owners are not shown.");

  private static final Scalar<Boolean> CANARY_INTERNAL =
      Scalar.of(
          "internal",
          new YesOrNo(),
          "false",
          "Whether each node checks every five minutes that a random name below the cluster's"
              + " domain does not exist. The agent's own resolv.conf must show the domain, as that"
              + " of a pod with the dnsPolicy ClusterFirst does.");

  private static final Scalar<Optional<String>> CANARY_EXTERNAL =
      Scalar.of(
          "external",
          new OptionalDomainName(),
          "''",
          "A domain; each node checks every five minutes that a random name below it does not"
              + " exist. To some DNS firewalls such names look like a tunnel, so choose a domain of"
              + " your own. If empty, there is no such query.");

  private static final Section<Config.Canary> CANARY =
      Section.of(
          "canary",
          in -> new Config.Canary(in.get(CANARY_INTERNAL), in.get(CANARY_EXTERNAL)),
          CANARY_INTERNAL,
          CANARY_EXTERNAL);

  private static final Scalar<Boolean> LONG_LIVED_SOCKETS =
      Scalar.of(
          "long-lived-sockets",
          new YesOrNo(),
          "false",
          "Whether each core vantage keeps a UDP socket open to each server that its pod uses, as"
              + " NGINX and Envoy do, and queries through it every 15 s. See"
              + " [Lookups](lookups.md#sockets-that-stay-open).");

  static final Section<Config.Cluster> SECTION =
      Section.of(
          "cluster",
          ClusterSection::make,
          DNS,
          KUBE_DNS,
          NODE_LOCAL_DNS,
          DETECT_INTERCEPTION,
          OWNER_LABEL,
          CANARY,
          LONG_LIVED_SOCKETS);

  private ClusterSection() {}

  private static Config.Cluster make(Values in) {
    return new Config.Cluster(
        in.get(DNS),
        in.get(KUBE_DNS),
        in.get(NODE_LOCAL_DNS),
        in.get(DETECT_INTERCEPTION),
        in.get(OWNER_LABEL),
        in.get(CANARY),
        in.get(LONG_LIVED_SOCKETS));
  }
}
