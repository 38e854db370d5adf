package io.github.dnsonde.controller;

import static java.util.stream.Collectors.toMap;

import io.github.dnsonde.admission.AdmissionTerms;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.testkit.PodBuilder;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

/** A cluster with one pod in each of some namespaces, and DNS. */
final class ShopCluster implements AdmissionDesk.KnownCluster {

  /** In each namespace, what cuts pods off is refused. */
  static final AdmissionTerms DENIED =
      new AdmissionTerms(
          Config.Admission.Strictness.DENY,
          false,
          Config.Admission.Overriding.ANYONE,
          Set.of("kube-system"),
          InetAddress.ofLiteral("169.254.20.10"));

  final List<NetworkPolicy> policies = new CopyOnWriteArrayList<>();
  final List<String> namespaces = new ArrayList<>(List.of("shop"));
  Labels labels = Labels.NONE;
  Runnable onLook = () -> {};
  boolean ready = true;
  boolean broken;
  int looks;

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Labels labels(String namespace) {
    return labels.ofNamespace(namespace);
  }

  @Override
  public boolean isDeleting(String namespace) {
    return false;
  }

  @Override
  public boolean shows(NamespacedName name, AdmissionRequest.Version version) {
    return version instanceof PolicyVersion wanted
        && policies.stream()
            .filter(policy -> policy.namespacedName().equals(name))
            .anyMatch(wanted::rulesLike);
  }

  @Override
  public ClusterSnapshot around(String namespace) {
    looks++;
    if (broken) {
      broken = false;
      throw new IllegalStateException("a defect");
    }
    Pod dns =
        PodBuilder.pod("kube-system", "coredns", "10.244.0.2").label("k8s-app", "dns").build();
    Service service =
        new Service(
            "kube-system",
            "kube-dns",
            List.of(InetAddress.ofLiteral("10.96.0.10")),
            new Labels(Map.of("k8s-app", "dns")),
            List.of(
                new Service.Port("dns", 53, Protocol.UDP, new PortReference.Numbered(53)),
                new Service.Port("tcp", 53, Protocol.TCP, new PortReference.Numbered(53))));
    List<Pod> pods = new ArrayList<>(List.of(dns));
    namespaces.forEach(name -> pods.add(PodBuilder.pod(name, "web", "10.244.1.2").build()));
    ClusterView view =
        new ClusterView(
                Stream.concat(namespaces.stream(), Stream.of("kube-system"))
                    .collect(toMap(Function.identity(), this::labels)),
                pods,
                List.of(dns),
                List.copyOf(policies),
                Optional.of(service),
                List.of(),
                new OtherPolicies(Set.of(), List.of()),
                OptionalInt.empty())
            .with(new Declarations(List.of()));
    onLook.run(); // between this look and its use, other requests are answered
    return new ClusterSnapshot(view, NodeCache.NONE, true, Map.of(), List.of());
  }
}
