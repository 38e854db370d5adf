package io.github.dnsonde.kube;

import static java.util.Comparator.comparingInt;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import java.util.List;
import java.util.Optional;

/** Finds the Service of the cluster's DNS among those of a namespace. */
final class DnsService {

  private static final int DNS = 53;

  /** The names that installers give it, the likeliest first. */
  private static final List<String> USUAL =
      List.of("kube-dns", "dns-default", "coredns", "rke2-coredns-rke2-coredns");

  private DnsService() {}

  /**
   * Returns the Service that pods query. NodeLocal DNSCache has one for its own queries, and one
   * for its metrics.
   */
  static Optional<Service> among(List<Service> all) {
    return all.stream()
        .filter(service -> !service.clusterIps().isEmpty())
        .filter(service -> service.ports().stream().anyMatch(port -> port.number() == DNS))
        .filter(service -> !service.name().endsWith("-upstream"))
        .min(comparingInt(DnsService::rank).thenComparing(Service::name));
  }

  private static int rank(Service service) {
    int index = USUAL.indexOf(service.name());
    return index < 0 ? USUAL.size() : index;
  }

  /** Returns true if a pod is behind a Service, or will be as soon as it is ready. */
  static boolean selects(Service service, Pod pod) {
    return service.namespace().equals(pod.namespace())
        && !service.selector().values().isEmpty()
        && pod.labels().containsAll(service.selector());
  }
}
