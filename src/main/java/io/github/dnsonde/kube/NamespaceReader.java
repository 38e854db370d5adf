package io.github.dnsonde.kube;

import static java.util.Comparator.comparingLong;
import static java.util.Comparator.naturalOrder;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.kube.NamespaceTranslation.KnownNamespace;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Lists everything that decides on the paths of some namespaces, on request. Nothing is watched for
 * it, so it costs a healthy cluster nothing. Policies of other kinds than NetworkPolicy come from
 * elsewhere. What was read is kept until it is read again: a server that is overloaded or slow is
 * left alone at once, and the view still has the rest. The next reading begins with what this one
 * did not reach. For one thread.
 */
public final class NamespaceReader {

  /** The pods that are read in all. More do not fit into memory, and explain nothing more. */
  private static final int PODS = 20_000;

  /** The time after which no further list begins; each may take minutes. */
  static final Duration LONGEST = Duration.ofSeconds(60);

  private final ObjectLists lists;
  private final NamespacedName kubeDns;
  private final OtherKinds otherKinds;
  private final Ticker ticker;
  private final Map<String, Found> known = new TreeMap<>();
  private DnsFound dns = DnsFound.UNREAD;

  /**
   * The number of each namespace's last attempt; those without one are read first. That of the
   * cluster's DNS has none after a success, unless that took all the time.
   */
  private final Map<String, Long> attempts = new HashMap<>();

  private long attempt;

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
  NamespaceReader(ApiServer server, NamespacedName kubeDns, OtherKinds otherKinds, Ticker ticker) {
    this.lists = new ObjectLists(server);
    this.kubeDns = kubeDns;
    this.otherKinds = otherKinds;
    this.ticker = ticker;
  }

  /** The objects of one namespace, and the reasons why some could not be listed. */
  private static final class Found {
    private final List<Declaration> declarations = new ArrayList<>();
    private final List<Labels> labels = new ArrayList<>();
    private final List<Pod> pods = new ArrayList<>();
    private final List<NetworkPolicy> policies = new ArrayList<>();
    private final List<InvalidPolicy> invalid = new ArrayList<>();
    private final List<Gaps.PodName> unread = new ArrayList<>();
    private Optional<String> noPods = Optional.empty();
    private Optional<String> noPolicies = Optional.empty();

    /** A namespace that was not reached. */
    static Found none(String why) {
      Found none = new Found();
      none.noPods = Optional.of(why);
      none.noPolicies = Optional.of(why);
      return none;
    }
  }

  /** The cluster's DNS, and the reasons why a part of it could not be listed. */
  private record DnsFound(
      Optional<Service> service, List<Slice> slices, Map<ClusterResource, String> gaps) {

    private static final DnsFound UNREAD = none("the controller has not read it yet");

    static DnsFound none(String why) {
      return new DnsFound(
          Optional.empty(),
          List.of(),
          Map.of(ClusterResource.SERVICES, why, ClusterResource.ENDPOINT_SLICES, why));
    }
  }

  /** The failures of one reading. */
  private final class Troubles {
    private final long begin = ticker.nanos();
    private Optional<String> first = Optional.empty();
    private boolean over;

    /** Adds a list that was refused; others may be allowed. */
    String refused(String why) {
      first = first.or(() -> Optional.of(why));
      return why;
    }

    /** Ends the reading. */
    void end(String why) {
      over = true;
      refused(why);
    }

    boolean isOver() {
      if (!over && isLate()) {
        end("the API server answers slowly: not all was read within " + LONGEST.toSeconds() + " s");
      }
      return over;
    }

    boolean isLate() {
      return ticker.nanos() - begin >= LONGEST.toNanos();
    }
  }

  /**
   * The result of a reading.
   *
   * @param trouble the first list that failed, or that has not arrived yet, and why; the view has
   *     gaps then, or older parts
   */
  public record Reading(ClusterView view, Optional<String> trouble) {
    public Reading {
      requireNonNull(view, "view is null");
      requireNonNull(trouble, "trouble is null");
    }
  }

  /**
   * Returns a view of these namespaces, with their pods on all nodes, and forgets all others.
   * Without any, it reads nothing.
   *
   * @param again those that are read although they were read before. The cluster's DNS is read if
   *     its namespace is one of them
   * @throws IOException if the thread is to end
   */
  public Reading view(Set<String> namespaces, Set<String> again) throws IOException {
    if (namespaces.isEmpty()) {
      known.clear();
      attempts.clear();
      dns = DnsFound.UNREAD;
      return new Reading(ClusterView.EMPTY, Optional.empty());
    }
    Set<String> all = new TreeSet<>(namespaces);
    all.add(kubeDns.namespace());
    known.keySet().retainAll(all);
    attempts.keySet().retainAll(all);
    Troubles troubles = new Troubles();
    all.stream()
        .filter(namespace -> again.contains(namespace) || !known.containsKey(namespace))
        .sorted(order())
        .forEach(namespace -> read(namespace, troubles));
    Others others = others();
    return new Reading(view(others), troubles.first.or(others::gap));
  }

  /** The longest unread first; the cluster's DNS decides on the paths of all others. */
  private Comparator<String> order() {
    return comparingLong((String namespace) -> attempts.getOrDefault(namespace, 0L))
        .thenComparing(namespace -> !namespace.equals(kubeDns.namespace()))
        .thenComparing(naturalOrder());
  }

  private void read(String namespace, Troubles troubles) {
    if (!troubles.isOver()) {
      attempt++;
      attempts.put(namespace, attempt);
      try {
        Found found = found(namespace, troubles);
        if (namespace.equals(kubeDns.namespace())) {
          dns = dns(troubles);
          if (!troubles.isLate()) {
            attempts.remove(namespace);
          }
        }
        known.put(namespace, found);
        return;
      } catch (IOException failure) {
        troubles.end(String.valueOf(failure.getMessage()));
      }
    }
    String why = "the controller could not read the namespace (" + troubles.first.orElse("") + ")";
    known.putIfAbsent(namespace, Found.none(why));
    if (dns.equals(DnsFound.UNREAD)) {
      dns = DnsFound.none(why);
    }
  }

  private Others others() throws IOException {
    Map<String, Labels> labels = labels();
    return otherKinds.of(labels, unlabelled(labels));
  }

  private Map<String, Labels> labels() {
    Map<String, Labels> labels = new HashMap<>();
    known.forEach((name, found) -> found.labels.forEach(each -> labels.put(name, each)));
    return labels;
  }

  private Set<String> unlabelled(Map<String, Labels> labels) {
    Set<String> unlabelled = new TreeSet<>(known.keySet());
    unlabelled.removeAll(labels.keySet());
    return unlabelled;
  }

  private ClusterView view(Others others) {
    List<Pod> pods = all(found -> found.pods);
    List<Pod> dnsPods =
        pods.stream()
            .filter(pod -> pod.namespace().equals(kubeDns.namespace()))
            .filter(pod -> dns.service().filter(service -> selects(service, pod)).isPresent())
            .toList();
    Map<String, Labels> labels = labels();
    return new ClusterView(
        labels,
        pods,
        dnsPods,
        all(found -> found.policies),
        dns.service(),
        dns.service().map(service -> Slice.endpoints(service, dns.slices())).orElse(List.of()),
        others.policies(),
        OptionalInt.empty(),
        new Gaps(
            resources(others),
            unlabelled(labels),
            reasons(found -> found.noPolicies),
            all(found -> found.invalid),
            all(found -> found.unread)),
        new Declarations(all(found -> found.declarations)));
  }

  private Map<ClusterResource, String> resources(Others others) {
    Map<ClusterResource, String> gaps = new EnumMap<>(ClusterResource.class);
    gaps.putAll(others.gaps());
    gaps.putAll(dns.gaps());
    Map<String, String> noPods = reasons(found -> found.noPods);
    Optional.ofNullable(noPods.get(kubeDns.namespace()))
        .ifPresent(why -> gaps.put(ClusterResource.DNS_PODS, why));
    noPods.values().stream().findFirst().ifPresent(why -> gaps.put(ClusterResource.PODS, why));
    return gaps;
  }

  private <T> List<T> all(Function<Found, List<T>> part) {
    return known.values().stream().flatMap(found -> part.apply(found).stream()).toList();
  }

  private Map<String, String> reasons(Function<Found, Optional<String>> part) {
    Map<String, String> reasons = new TreeMap<>();
    known.forEach((name, found) -> part.apply(found).ifPresent(why -> reasons.put(name, why)));
    return reasons;
  }

  private static boolean selects(Service service, Pod pod) {
    return !service.selector().values().isEmpty() && pod.labels().containsAll(service.selector());
  }

  private Found found(String namespace, Troubles troubles) throws IOException {
    Found found = new Found();
    int others =
        known.entrySet().stream()
            .filter(each -> !each.getKey().equals(namespace))
            .mapToInt(each -> each.getValue().pods.size())
            .sum();
    list(
        Query.named("/api/v1/namespaces", namespace),
        NamespaceTranslation.TRANSLATION,
        (_, item) -> item.known().ifPresent(known -> namespace(known, found)),
        troubles);
    found.noPods =
        list(
            Query.all("/api/v1/namespaces/" + namespace + "/pods"),
            PodTranslation.withPortsOf(kubeDns.namespace()),
            (object, item) -> pod(object, item, found, PODS - others),
            troubles);
    found.noPolicies =
        list(
            Query.all("/apis/networking.k8s.io/v1/namespaces/" + namespace + "/networkpolicies"),
            new PolicyTranslation(),
            (_, item) -> item.known().ifPresent(policy -> policy(policy, found)),
            troubles);
    return found;
  }

  private static void pod(StreamedObject object, Item<Pod> item, Found found, int most) {
    if (found.pods.size() >= most) {
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

  private static void namespace(KnownNamespace namespace, Found found) {
    found.labels.add(namespace.labels());
    namespace.declaration().ifPresent(found.declarations::add);
  }

  private static void policy(KnownPolicy policy, Found found) {
    policy.declaration().ifPresent(found.declarations::add);
    switch (policy) {
      case KnownPolicy.Judged(NetworkPolicy judged, _) -> found.policies.add(judged);
      case KnownPolicy.Unjudged(InvalidPolicy unjudged, _) -> found.invalid.add(unjudged);
    }
  }

  private DnsFound dns(Troubles troubles) throws IOException {
    Map<ClusterResource, String> gaps = new EnumMap<>(ClusterResource.class);
    List<Service> services = new ArrayList<>();
    list(
            Query.named("/api/v1/namespaces/" + kubeDns.namespace() + "/services", kubeDns.name()),
            ServiceTranslation.TRANSLATION,
            (_, item) -> item.known().ifPresent(services::add),
            troubles)
        .ifPresent(why -> gaps.put(ClusterResource.SERVICES, why));
    List<Slice> slices = new ArrayList<>();
    if (!services.isEmpty()) {
      list(
              Query.labelled(
                  "/apis/discovery.k8s.io/v1/namespaces/" + kubeDns.namespace() + "/endpointslices",
                  Map.of("kubernetes.io/service-name", kubeDns.name())),
              SliceTranslation.TRANSLATION,
              (_, item) -> item.known().ifPresent(slices::add),
              troubles)
          .ifPresent(why -> gaps.put(ClusterResource.ENDPOINT_SLICES, why));
    }
    return new DnsFound(services.stream().findFirst(), slices, gaps);
  }

  /**
   * Reads a list.
   *
   * @return the reason if the server refuses this list, and may allow others
   * @throws IOException if the server is overloaded or away; the message says what failed
   */
  private <T> Optional<String> list(
      Query query, Translation<T> translation, ObjectLists.Sink<T> sink, Troubles troubles)
      throws IOException {
    try {
      lists.read(query, translation, sink);
      return Optional.empty();
    } catch (StatusException refusal) {
      String why = "list of " + query.path() + ": " + refusal.getMessage();
      if (!refusal.isRefusal()) {
        throw new IOException(why, refusal);
      }
      return Optional.of("the controller has no " + troubles.refused(why));
    }
  }
}
