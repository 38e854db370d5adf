package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.kube.NamespaceTranslation.KnownNamespace;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lists everything that decides on the paths of some namespaces, on request. Nothing is watched for
 * it, so it costs a healthy cluster nothing. Policies of other kinds than NetworkPolicy come from
 * elsewhere.
 */
final class NamespaceReader {

  /** The pods that are read in all. More do not fit into memory, and explain nothing more. */
  private static final int PODS = 20_000;

  private final ObjectLists lists;
  private final NamespacedName kubeDns;
  private final OtherKinds otherKinds;

  /** Knows the policies of other kinds. */
  interface OtherKinds {
    /**
     * Returns the policies that may apply to some namespaces.
     *
     * @param labels the labels of the namespaces
     * @param unlabelled those whose labels are not known
     */
    Others of(Map<String, Labels> labels, Set<String> unlabelled) throws IOException;
  }

  /**
   * The known policies of other kinds.
   *
   * @param gap the reason, if it is unknown which kinds exist
   */
  record Others(OtherPolicies policies, Optional<String> gap) {

    Map<ClusterResource, String> gaps() {
      return gap.map(why -> Map.of(ClusterResource.DISCOVERY, why)).orElse(Map.of());
    }
  }

  /** Reads with a connection; the cluster's DNS is behind this Service. */
  NamespaceReader(ApiServer server, NamespacedName kubeDns, OtherKinds otherKinds) {
    this.lists = new ObjectLists(server);
    this.kubeDns = kubeDns;
    this.otherKinds = otherKinds;
  }

  /** The objects that were read so far. */
  private static final class Found {
    private final List<Declaration> declarations = new ArrayList<>();
    private final Map<String, Labels> labels = new HashMap<>();
    private final List<Pod> pods = new ArrayList<>();
    private final List<NetworkPolicy> policies = new ArrayList<>();
    private final List<InvalidPolicy> invalid = new ArrayList<>();
    private final List<Gaps.PodName> unread = new ArrayList<>();

    Set<String> unlabelled(Set<String> namespaces) {
      Set<String> unlabelled = new TreeSet<>(namespaces);
      unlabelled.removeAll(labels.keySet());
      return unlabelled;
    }
  }

  /**
   * Returns a view of these namespaces, with their pods on all nodes.
   *
   * @throws IOException if something cannot be listed; the message says what
   */
  ClusterView view(Set<String> namespaces) throws IOException {
    Found found = new Found();
    Set<String> all = new TreeSet<>(namespaces);
    all.add(kubeDns.namespace());
    for (String namespace : all) {
      read(namespace, found);
    }
    Optional<Service> service = service();
    List<Endpoint> endpoints =
        service.isPresent() ? Slice.endpoints(service.get(), slices()) : List.of();
    List<Pod> dnsPods =
        found.pods.stream()
            .filter(pod -> pod.namespace().equals(kubeDns.namespace()))
            .filter(pod -> service.filter(known -> selects(known, pod)).isPresent())
            .toList();
    Others others = otherKinds.of(found.labels, found.unlabelled(all));
    return new ClusterView(
        found.labels,
        found.pods,
        dnsPods,
        found.policies,
        service,
        endpoints,
        others.policies(),
        OptionalInt.empty(),
        new Gaps(others.gaps(), Set.of(), Map.of(), found.invalid, found.unread),
        new Declarations(found.declarations));
  }

  private static boolean selects(Service service, Pod pod) {
    return !service.selector().values().isEmpty() && pod.labels().containsAll(service.selector());
  }

  private void read(String namespace, Found found) throws IOException {
    list(
        Query.named("/api/v1/namespaces", namespace),
        NamespaceTranslation.TRANSLATION,
        (_, item) -> item.known().ifPresent(known -> namespace(namespace, known, found)));
    list(
        Query.all("/api/v1/namespaces/" + namespace + "/pods"),
        PodTranslation.withPortsOf(kubeDns.namespace()),
        (object, item) -> pod(object, item, found));
    list(
        Query.all("/apis/networking.k8s.io/v1/namespaces/" + namespace + "/networkpolicies"),
        new PolicyTranslation(),
        (_, item) -> item.known().ifPresent(policy -> policy(policy, found)));
  }

  private static void pod(StreamedObject object, Item<Pod> item, Found found) {
    if (found.pods.size() >= PODS) {
      return;
    }
    item.known()
        .ifPresentOrElse(
            found.pods::add,
            () ->
                found.unread.add(
                    new Gaps.PodName(
                        object.metadata().text("namespace").orElse(""),
                        object.metadata().text("name").orElse(""))));
  }

  private static void namespace(String name, KnownNamespace namespace, Found found) {
    found.labels.put(name, namespace.labels());
    namespace.declaration().ifPresent(found.declarations::add);
  }

  private static void policy(KnownPolicy policy, Found found) {
    policy.declaration().ifPresent(found.declarations::add);
    switch (policy) {
      case KnownPolicy.Judged(NetworkPolicy judged, _) -> found.policies.add(judged);
      case KnownPolicy.Unjudged(InvalidPolicy unjudged, _) -> found.invalid.add(unjudged);
    }
  }

  private Optional<Service> service() throws IOException {
    List<Service> found = new ArrayList<>();
    list(
        Query.named("/api/v1/namespaces/" + kubeDns.namespace() + "/services", kubeDns.name()),
        ServiceTranslation.TRANSLATION,
        (_, item) -> item.known().ifPresent(found::add));
    return found.stream().findFirst();
  }

  private List<Slice> slices() throws IOException {
    List<Slice> found = new ArrayList<>();
    list(
        Query.labelled(
            "/apis/discovery.k8s.io/v1/namespaces/" + kubeDns.namespace() + "/endpointslices",
            Map.of("kubernetes.io/service-name", kubeDns.name())),
        SliceTranslation.TRANSLATION,
        (_, item) -> item.known().ifPresent(found::add));
    return found;
  }

  private <T> void list(Query query, Translation<T> translation, ObjectLists.Sink<T> sink)
      throws IOException {
    try {
      lists.read(query, translation, sink);
    } catch (StatusException refusal) {
      throw new IOException("list of " + query.path() + ": " + refusal.getMessage(), refusal);
    }
  }
}
