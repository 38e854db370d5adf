package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.ResolverSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The {@code resolv.conf} of a pod, as the kubelet writes it (Kubernetes documentation, "DNS for
 * Services and Pods"; pkg/kubelet/network/dns). No file of the pod is read: the part of the policy
 * comes from the agent's own file, the rest from the pod's {@code dnsConfig}.
 */
public sealed interface PodResolvConf {

  /** Limits of the kubelet: nameservers, search domains and their characters, with spaces. */
  int MOST_NAMESERVERS = 3;

  int MOST_DOMAINS = 32;

  int MOST_CHARACTERS = 2048;

  /** The domain of a cluster that configures no other. */
  String USUAL_DOMAIN = "cluster.local";

  /** The search domain of the cluster's Services begins with this label. */
  String SERVICES = "svc.";

  /**
   * The file is known.
   *
   * @param settings nameservers, search list and options
   * @param unknown the parts that are assumed, a phrase each
   */
  record Known(ResolverSettings settings, List<String> unknown) implements PodResolvConf {
    public Known {
      unknown = List.copyOf(unknown);
    }
  }

  /** The file is not known, for this reason. */
  record Unknown(String why) implements PodResolvConf {}

  /**
   * The settings that the policy of a pod gives it.
   *
   * @param nameservers the resolvers of pods with the policy ClusterFirst; may be empty
   * @param own the settings of the agent's own file
   * @param ownSearch the search list of the agent's own {@code dnsConfig}, a part of that file
   */
  record Given(List<InetAddress> nameservers, ResolverSettings own, List<String> ownSearch) {
    public Given {
      nameservers = List.copyOf(nameservers);
      ownSearch = List.copyOf(ownSearch);
    }

    /** Determines what is the same for all pods. */
    static Given of(Config config, PlanInput planInput) {
      List<String> ownSearch =
          PodResolvers.own(config.vantage(), planInput.cluster())
              .map(pod -> pod.dns().config().search())
              .orElse(List.of());
      return new Given(
          PodResolvers.ofCluster(config, planInput), planInput.resolvConf().settings(), ownSearch);
    }
  }

  /** Determines the file of a pod in this namespace. */
  static PodResolvConf of(String namespace, Pod.Dns dns, Given given) {
    return switch (dns.policy()) {
      case CLUSTER_FIRST -> ofClusterFirst(namespace, dns, given);
      case DEFAULT ->
          new Unknown("dnsPolicy Default: the node's own resolv.conf cannot be seen from here");
      case NONE -> known(ResolverSettings.NONE, dns.config(), List.of());
    };
  }

  private static PodResolvConf ofClusterFirst(String namespace, Pod.Dns dns, Given given) {
    if (given.nameservers().isEmpty()) {
      return new Unknown("the cluster's resolvers are unknown: set cluster.dns");
    }
    Optional<String> domain = clusterDomain(given.own());
    List<String> unknown =
        domain.isPresent()
            ? List.of()
            : List.of("the cluster's domain (assumed: cluster.local)", "the node's search list");
    String cluster = domain.orElse(USUAL_DOMAIN);
    Stream<String> ofCluster =
        Stream.of(namespace + "." + SERVICES + cluster, SERVICES + cluster, cluster);
    List<String> search = Stream.concat(ofCluster, ofNode(given, domain)).toList();
    return known(
        new ResolverSettings(given.nameservers(), search, List.of("ndots:5")),
        dns.config(),
        unknown);
  }

  /**
   * The cluster's domain. The agent's own search list shows it if its pod is of the policy
   * ClusterFirst.
   */
  static Optional<String> clusterDomain(ResolverSettings own) {
    return own.search().stream()
        .filter(domain -> domain.startsWith(SERVICES))
        .findFirst()
        .map(domain -> domain.substring(SERVICES.length()));
  }

  /** The node's part of the agent's own search list: what comes after the cluster's domains. */
  private static Stream<String> ofNode(Given given, Optional<String> domain) {
    return domain.stream()
        .flatMap(
            cluster ->
                given.own().search().stream()
                    .filter(each -> !each.equals(cluster) && !each.endsWith(SERVICES + cluster))
                    .filter(each -> !given.ownSearch().contains(each)));
  }

  /** Appends a pod's own settings, and cuts off what is beyond the limits. */
  private static PodResolvConf known(
      ResolverSettings base, ResolverSettings added, List<String> unknown) {
    List<InetAddress> nameservers =
        Stream.concat(base.nameservers().stream(), added.nameservers().stream())
            .distinct()
            .limit(MOST_NAMESERVERS)
            .toList();
    if (nameservers.isEmpty()) {
      return new Unknown("its dnsConfig names no nameserver");
    }
    Stream<String> search =
        Stream.concat(base.search().stream(), added.search().stream()).distinct();
    return new Known(
        new ResolverSettings(nameservers, fitting(search), merged(base.options(), added.options())),
        unknown);
  }

  private static List<String> fitting(Stream<String> search) {
    List<String> fitting = new ArrayList<>(search.limit(MOST_DOMAINS).toList());
    while (String.join(" ", fitting).length() > MOST_CHARACTERS) {
      fitting.removeLast();
    }
    return fitting;
  }

  /** A pod's own option replaces the one of the same name. */
  private static List<String> merged(List<String> base, List<String> added) {
    Map<String, String> byName = new LinkedHashMap<>();
    Stream.concat(base.stream(), added.stream())
        .forEach(option -> byName.put(option.replaceFirst(":.*", ""), option));
    return List.copyOf(byName.values());
  }
}
