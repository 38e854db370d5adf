package io.github.dnsonde.plan;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.NetworkChoice.Bare;
import io.github.dnsonde.probe.NetworkChoice.Chosen;
import io.github.dnsonde.probe.NetworkChoice.Contested;
import io.github.dnsonde.probe.NetworkChoice.Unconfirmed;
import io.github.dnsonde.probe.NetworkId;
import io.github.dnsonde.probe.PodAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The network namespace of each pod. An address is the only link between the two, and it proves
 * little. It is reused before the API server has forgotten the pod that had it, and anyone who may
 * administer a pod's network can add it there. Therefore:
 *
 * <ul>
 *   <li>A choice is a choice of one namespace, by its identity, and lasts as long as that exists.
 *   <li>A namespace is chosen only if the pod started after it got the address, or if the view of
 *       the pods is newer than that.
 *   <li>A namespace that belongs to another pod does not count. One with the address on its primary
 *       interface takes precedence over those that have it elsewhere. If several remain, the
 *       address is contested, and after the time of a teardown none of them is used.
 * </ul>
 */
final class Networks {

  /** An address may be reused this long before the sandbox that had it is gone. */
  private static final long TEARDOWN = Duration.ofSeconds(10).toNanos();

  /** After this time, a kubelet has reported the state of its pods. */
  private static final long REPORTED = Duration.ofSeconds(30).toNanos();

  /** The longest time that a network plugin usually takes to set a sandbox up. */
  private static final Duration SET_UP = Duration.ofMinutes(1);

  /**
   * Selects between pods with the same address: the younger one has it, and a pod that is being
   * deleted yields to any other.
   */
  private static final BinaryOperator<Pod> PRESENT_HOLDER =
      BinaryOperator.maxBy(
          Comparator.comparing((Pod pod) -> !pod.deleting())
              .thenComparing(Pod::created)
              .thenComparing(Pod::namespace)
              .thenComparing(Pod::name));

  private final NetworkSurvey survey;
  private final Map<NetworkId, FoundNetwork> living;
  private final Map<InetAddress, Pod> holders = new HashMap<>();
  private final Map<InetAddress, List<FoundNetwork>> claims = new HashMap<>();
  private final Map<PodAddress, FoundNetwork> incumbents = new HashMap<>();
  private final Map<NetworkId, PodAddress> owners = new HashMap<>();
  private final Map<PodAddress, NetworkChoice> choices = new HashMap<>();

  /** The address and the network of a pod's probes, if it is or becomes a vantage. */
  record Located(InetAddress address, NetworkChoice choice) {}

  /**
   * Chooses a network for each address.
   *
   * @param pods the pods of the node
   * @param before the last choices
   */
  Networks(List<Pod> pods, NetworkSurvey survey, Map<PodAddress, NetworkChoice> before) {
    this.survey = survey;
    this.living = survey.found().stream().collect(toUnmodifiableMap(FoundNetwork::id, identity()));
    List<Pod> present = pods.stream().filter(Networks::hasNetwork).toList();
    present.forEach(
        pod -> pod.addresses().forEach(address -> holders.merge(address, pod, PRESENT_HOLDER)));
    survey.found().forEach(this::index);
    present.forEach(pod -> pod.addresses().forEach(address -> remember(key(pod, address), before)));
    present.forEach(pod -> heldBy(pod).forEach(address -> choose(pod, address)));
  }

  private static boolean hasNetwork(Pod pod) {
    return pod.phase() != Pod.Phase.FINISHED && !pod.hostNetwork();
  }

  private static PodAddress key(Pod pod, InetAddress address) {
    return new PodAddress(pod.namespace(), pod.name(), address);
  }

  private void index(FoundNetwork network) {
    network.addresses().keySet().stream()
        .filter(holders::containsKey)
        .forEach(address -> claims.computeIfAbsent(address, _ -> new ArrayList<>()).add(network));
  }

  private void remember(PodAddress key, Map<PodAddress, NetworkChoice> before) {
    Optional.ofNullable(before.get(key))
        .flatMap(NetworkChoice::network)
        .map(living::get)
        .ifPresent(
            network -> {
              incumbents.put(key, network);
              owners.put(network.id(), key);
            });
  }

  private Stream<InetAddress> heldBy(Pod pod) {
    return pod.addresses().stream().filter(address -> pod.equals(holders.get(address)));
  }

  private void choose(Pod pod, InetAddress address) {
    Optional<FoundNetwork> incumbent = Optional.ofNullable(incumbents.get(key(pod, address)));
    List<FoundNetwork> claimants = claimants(pod, address);
    Optional<NetworkChoice> choice =
        switch (claimants.size()) {
          case 0 -> incumbent.map(network -> bare(pod, address, network));
          case 1 -> Optional.of(only(pod, address, incumbent, claimants.getFirst()));
          default -> Optional.of(contested(address, incumbent, claimants));
        };
    choice.ifPresent(chosen -> choices.put(key(pod, address), chosen));
  }

  private List<FoundNetwork> claimants(Pod pod, InetAddress address) {
    List<FoundNetwork> own =
        claims.getOrDefault(address, List.of()).stream()
            .filter(network -> !belongsToAnother(network, pod))
            .toList();
    List<FoundNetwork> nearest = preferring(own, network -> network.held(address).primary());
    return preferring(nearest, network -> !madeBefore(network, pod));
  }

  /** Returns the networks that match; all if none does. */
  private static List<FoundNetwork> preferring(
      List<FoundNetwork> networks, Predicate<FoundNetwork> which) {
    List<FoundNetwork> preferred = networks.stream().filter(which).toList();
    return preferred.isEmpty() ? networks : preferred;
  }

  private boolean belongsToAnother(FoundNetwork network, Pod pod) {
    PodAddress owner = owners.get(network.id());
    boolean owned =
        owner != null
            && !(owner.namespace().equals(pod.namespace()) && owner.pod().equals(pod.name()));
    return owned || hasAddressOfAnother(network, pod);
  }

  /**
   * Returns true if its primary interface has another pod's address. Other interfaces prove
   * nothing.
   */
  private boolean hasAddressOfAnother(FoundNetwork network, Pod pod) {
    return network.addresses().entrySet().stream()
        .filter(entry -> entry.getValue().primary())
        .map(Map.Entry::getKey)
        .filter(address -> !pod.addresses().contains(address))
        .anyMatch(holders::containsKey);
  }

  /**
   * Returns true if the namespace is older than the pod. The kubelet accepts a pod before it
   * creates its sandbox.
   */
  private static boolean madeBefore(FoundNetwork network, Pod pod) {
    return pod.starts().accepted().filter(network.id().made()::isBefore).isPresent();
  }

  private NetworkChoice bare(Pod pod, InetAddress address, FoundNetwork network) {
    long since = network.lost().getOrDefault(address, survey.nanos());
    return new Bare(
        network.id(),
        !pod.deleting() && survey.nanos() - since >= TEARDOWN && viewIsNewerThan(since));
  }

  private NetworkChoice only(
      Pod pod, InetAddress address, Optional<FoundNetwork> incumbent, FoundNetwork claimant) {
    if (incumbent.filter(claimant::equals).isPresent()) {
      return new Chosen(claimant.id());
    }
    boolean left = incumbent.filter(network -> network.addresses().containsKey(address)).isEmpty();
    boolean own = startedIn(pod, address, claimant) || (left && reportedFor(address, claimant));
    return own && !pod.deleting() // such a pod gets no new sandbox
        ? new Chosen(claimant.id())
        : new Unconfirmed(incumbent.map(FoundNetwork::id), claimant.file());
  }

  private boolean startedIn(Pod pod, InetAddress address, FoundNetwork network) {
    Instant second = network.held(address).notBefore().truncatedTo(ChronoUnit.SECONDS);
    return !madeBefore(network, pod)
        && pod.starts()
            .latest()
            .filter(time -> !time.isBefore(second))
            .filter(time -> !time.isAfter(survey.now())) // later only if a clock was wrong
            .isPresent();
  }

  /**
   * Returns true if the API server's reports confirm the namespace. A sandbox gets its address soon
   * after it is created; one that is added later was added by hand.
   */
  private boolean reportedFor(InetAddress address, FoundNetwork network) {
    FoundNetwork.Held held = network.held(address);
    Duration after = Duration.between(network.id().made(), held.notBefore());
    return after.compareTo(SET_UP) < 0 && viewIsNewerThan(held.since());
  }

  private NetworkChoice contested(
      InetAddress address, Optional<FoundNetwork> incumbent, List<FoundNetwork> claimants) {
    long since =
        claimants.stream()
            .mapToLong(network -> network.held(address).since() - survey.nanos())
            .sorted()
            .skip(1) // the first was alone until the second appeared
            .findFirst()
            .orElseThrow();
    return new Contested(
        incumbent.filter(claimants::contains).map(FoundNetwork::id),
        -since >= TEARDOWN,
        claimants.stream().map(FoundNetwork::file).sorted().toList());
  }

  private boolean viewIsNewerThan(long nanos) {
    return survey.podsCurrent().isPresent() && survey.podsCurrent().getAsLong() - nanos >= REPORTED;
  }

  /**
   * The first of a pod's addresses that it can be probed from; otherwise the first that it claims.
   */
  Optional<Located> of(Pod pod) {
    List<Located> all =
        pod.addresses().stream()
            .flatMap(
                address ->
                    Optional.ofNullable(choices.get(key(pod, address))).stream()
                        .map(choice -> new Located(address, choice)))
            .toList();
    return all.stream()
        .filter(located -> located.choice().usable())
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  /** The choice for each address. */
  Map<PodAddress, NetworkChoice> choices() {
    return choices;
  }
}
