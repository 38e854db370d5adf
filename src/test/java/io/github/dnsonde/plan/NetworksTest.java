package io.github.dnsonde.plan;

import static io.github.dnsonde.testkit.PodBuilder.pod;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.FoundNetwork.Held;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.NetworkChoice.Bare;
import io.github.dnsonde.probe.NetworkChoice.Chosen;
import io.github.dnsonde.probe.NetworkChoice.Contested;
import io.github.dnsonde.probe.NetworkChoice.Unconfirmed;
import io.github.dnsonde.probe.NetworkId;
import io.github.dnsonde.probe.PodAddress;
import io.github.dnsonde.testkit.PodBuilder;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The victim is pod {@code pay/web} with 10.244.1.5; the other pod is {@code shop/b} with
 * 10.244.1.9. Times are seconds since the node's start.
 */
class NetworksTest {

  private static final String X = "10.244.1.5";
  private static final String OTHER = "10.244.1.9";
  private static final Instant BOOT = Instant.parse("2026-03-01T12:00:00Z");

  private final Node node = new Node();

  @Test
  void aPodThatStartedInANamespaceIsInIt() {
    node.found("a", 100).on("eth0", X, 101);
    assertEquals(chosen("a"), node.at(103).choice(web(100, 102)));
  }

  @Test
  void aNamespaceThatGotTheAddressLaterIsNotThePodsUntilItRestarts() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    node.gone("a").found("c", 200).on("eth0", X, 201);
    assertEquals(unconfirmed("c"), node.at(202).choice(web(100, 102)), "the view is old");
    assertEquals(
        unconfirmed("c"), node.at(3_600).choice(web(100, 102)), "and stays old for an hour");
    assertEquals(
        unconfirmed("c"),
        node.at(3_600).choice(web(100, 102).deleting()),
        "a pod that is deleted gets no sandbox");

    assertEquals(chosen("c"), node.at(3_601).choice(web(100, 203)), "its sandbox was recreated");
  }

  @Test
  void aPodThatRestartedInANewSandboxIsThereAtOnce() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    node.gone("a").found("c", 200).on("eth0", X, 201);
    assertEquals(chosen("c"), node.at(203).choice(web(100, 202)));
  }

  @Test
  void aPodWithAnotherAddressInARecreatedSandboxIsThereAtOnce() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    node.gone("a").found("c", 200).on("eth0", "10.244.1.6", 201);
    assertEquals(chosen("c"), node.at(203).choice(web(100, 202).at("10.244.1.6"), "10.244.1.6"));
  }

  @Test
  void aViewThatIsNewerThanTheNamespaceIsEnough() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    node.gone("a").found("c", 200).on("eth0", X, 201);
    assertEquals(unconfirmed("c"), node.viewOf(230).at(300).choice(web(100, 102)));
    assertEquals(chosen("c"), node.viewOf(231).at(300).choice(web(100, 102)));
  }

  @Test
  void aStartInTheFutureProvesNothing() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 9_000));
    node.gone("a").found("c", 200).on("eth0", X, 201);
    assertEquals(unconfirmed("c"), node.at(202).choice(web(100, 9_000)));
  }

  @Test
  void aNewPodOfTheSameNameAndAddressLeavesTheOldSandboxBehind() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    node.found("c", 200).on("eth0", X, 201); // and a is still being torn down
    assertEquals(chosen("c"), node.at(203).choice(web(200, 202)));
  }

  @Test
  void theNamespaceOfAnExistingPodDoesNotCount() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    // The API server has reported that b has the address now; web is being deleted.
    node.found("c", 200).on("eth0", X, 201);
    Pod b = b(200, 202).at(X).createdAfter(200).build();
    assertEquals(
        chosen("c"),
        Optional.ofNullable(
            node.at(203).choices(web(100, 102).deleting().build(), b).get(key("shop", "b", X))));
  }

  @Test
  void aPodThatAddsAForeignAddressIsNotProbedInItsName() {
    node.found("a", 100).on("eth0", X, 101);
    node.found("b", 50).on("eth0", OTHER, 51).on("eth0", X, 150);
    Pod b = b(50, 52).build();
    assertEquals(chosen("a"), node.at(200).choice(web(100, 102), b), "nothing was chosen before");
    assertEquals(chosen("a"), node.at(300).choice(web(100, 102), b), "also later");
  }

  @Test
  void aPodThatAddsItBeforeTheOtherIsFoundIsAlsoNotChosen() {
    node.found("b", 50).on("eth0", OTHER, 51).on("lo", X, 60);
    Pod b = b(50, 52).build();
    assertEquals(Optional.empty(), node.at(110).choice(web(100, 102), b));
  }

  @Test
  void anAddressOnAnotherInterfaceYieldsToOneOnThePrimary() {
    node.found("a", 100).on("eth0", X, 101);
    node.found("stray", 120).on("net1", X, 121);
    assertEquals(chosen("a"), node.at(200).choice(web(100, 102)));
  }

  @Test
  void anAddressOnAnotherInterfaceIsEnoughIfNoOtherNamespaceHasIt() {
    node.found("a", 100).on("lo", X, 101);
    assertEquals(chosen("a"), node.at(200).choice(web(100, 102)));
  }

  @Test
  void furtherAddressesThatBelongToNoPodDoNotMatter() {
    node.found("a", 100)
        .on("eth0", X, 101)
        .on("eth0", "2001:db8::7", 102)
        .on("eth0", "10.9.9.9", 103);
    node.found("stray", 120).on("net1", X, 121);
    assertEquals(chosen("a"), node.at(200).choice(web(100, 102)));
  }

  @Test
  void aNamespaceThatLeakedBeforeThePodExistedYields() {
    node.found("leaked", 10).on("eth0", X, 11);
    node.found("a", 100).on("eth0", X, 101);
    assertEquals(chosen("a"), node.at(103).choice(web(100, 102)));
  }

  /** The attacker gave up its own address, and nothing is remembered of it. */
  @Test
  void twoIndistinguishableNamespacesAreContestedWithoutAnEarlierChoice() {
    node.found("a", 100).on("eth0", X, 101);
    node.found("b", 110).on("eth0", X, 150);
    assertEquals(
        contested("", false, "a", "b"), node.at(155).choice(web(100, 102), b(110, 112).build()));
    assertEquals(
        contested("", true, "a", "b"), node.at(160).choice(web(100, 102), b(110, 112).build()));
  }

  @Test
  void theEarlierChoiceIsProbedForTheTimeOfATeardown() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    node.found("b", 110).on("eth0", X, 150);
    assertAll(
        () -> assertEquals(contested("a", false, "a", "b"), node.at(159).choice(web(100, 102))),
        () -> assertEquals(contested("a", true, "a", "b"), node.at(160).choice(web(100, 102))),
        () -> assertEquals(contested("a", true, "a", "b"), node.at(900).choice(web(100, 102))));

    node.gone("b");
    assertEquals(chosen("a"), node.at(901).choice(web(100, 102)), "only one is left");
  }

  @Test
  void theOtherIsNotChosenJustBecauseTheEarlierChoiceIsGone() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));
    node.found("b", 110).on("eth0", X, 250);
    assertEquals(contested("a", true, "a", "b"), node.at(300).choice(web(100, 102)));

    node.gone("a");
    assertEquals(unconfirmed("b"), node.at(301).choice(web(100, 102)));
    assertEquals(
        unconfirmed("b"), node.viewOf(900).at(900).choice(web(100, 102)), "a view of any age");
  }

  /** As above, but the agent has seen the owner of the attacker's namespace. */
  @Test
  void theNamespaceOfAnotherPodIsRememberedAsItsOwn() {
    node.found("a", 100).on("eth0", X, 101);
    node.found("b", 110).on("eth0", OTHER, 111);
    Pod b = b(110, 112).build();
    node.at(120).choice(web(100, 102), b);

    node.moved("b").on("eth0", X, 150); // and no longer its own
    assertEquals(chosen("a"), node.at(200).choice(web(100, 102), b));
    node.gone("a");
    assertEquals(Optional.empty(), node.at(201).choice(web(100, 102), b));
  }

  /** The node's clock was set back after the kubelet accepted the pod. */
  @Test
  void theHolderOfTheAddressIsNotReplacedByANewerUnconfirmedNamespace() {
    node.found("a", 100).on("eth0", X, 101);
    assertEquals(chosen("a"), node.viewOf(200).at(200).choice(web(5_000, 5_002)));

    node.found("b", 6_000).on("eth0", X, 6_001);
    assertEquals(
        Optional.of(new Unconfirmed(Optional.of(node.id("a")), Path.of("/run/netns/b"))),
        node.viewOf(7_000).at(7_000).choice(web(5_000, 5_002)));
    node.gone("b");
    assertEquals(chosen("a"), node.choice(web(5_000, 5_002)));
  }

  @Test
  void aPodThatLostItsAddressKeepsItsNamespace() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));

    node.lost("a", X, 200);
    assertAll(
        () -> assertEquals(bare("a", false), node.viewOf(209).at(209).choice(web(100, 102))),
        () -> assertEquals(bare("a", false), node.viewOf(229).at(900).choice(web(100, 102))),
        () -> assertEquals(bare("a", true), node.viewOf(230).at(900).choice(web(100, 102))),
        () ->
            assertEquals(
                bare("a", false), node.viewOf(900).at(900).choice(web(100, 102).deleting())));
    node.moved("a").on("eth0", X, 950);
    assertEquals(chosen("a"), node.at(951).choice(web(100, 102)), "it has it again");
  }

  @Test
  void aPodThatLostItsAddressToAnotherNamespaceIsNotFollowedThere() {
    node.found("a", 100).on("eth0", X, 101);
    node.at(103).choice(web(100, 102));
    node.lost("a", X, 200).found("c", 210).on("eth0", X, 211);
    assertEquals(
        Optional.of(new Unconfirmed(Optional.of(node.id("a")), Path.of("/run/netns/c"))),
        node.at(212).choice(web(100, 102)));
    node.gone("c");
    assertEquals(bare("a", false), node.at(213).choice(web(100, 102)));
  }

  @Test
  void finishedPodsAndPodsOnTheHostsNetworkOwnNothing() {
    node.found("a", 100).on("eth0", X, 101);
    Pod finished = b(10, 12).at(X).phase(Pod.Phase.FINISHED).createdAfter(500).build();
    Pod host = pod("shop", "h", "10.244.1.5").onHostNetwork().createdAfter(500).build();
    assertEquals(chosen("a"), node.at(103).choice(web(100, 102), finished, host));
  }

  private Optional<NetworkChoice> chosen(String network) {
    return Optional.of(new Chosen(node.id(network)));
  }

  private Optional<NetworkChoice> bare(String network, boolean lasting) {
    return Optional.of(new Bare(node.id(network), lasting));
  }

  private static Optional<NetworkChoice> unconfirmed(String network) {
    return Optional.of(new Unconfirmed(Optional.empty(), Path.of("/run/netns/" + network)));
  }

  private Optional<NetworkChoice> contested(String before, boolean lasting, String... all) {
    return Optional.of(
        new Contested(
            Optional.of(before).filter(name -> !name.isEmpty()).map(node::id),
            lasting,
            Stream.of(all).map(name -> Path.of("/run/netns/" + name)).toList()));
  }

  private static PodBuilder web(long accepted, long started) {
    return pod("pay", "web", X).started(time(accepted), time(started));
  }

  private static PodBuilder b(long accepted, long started) {
    return pod("shop", "b", OTHER).started(time(accepted), time(started));
  }

  private static PodAddress key(String namespace, String pod, String address) {
    return new PodAddress(namespace, pod, InetAddress.ofLiteral(address));
  }

  private static Instant time(long second) {
    return BOOT.plusSeconds(second);
  }

  private static long nanos(long second) {
    return Duration.ofSeconds(second).toNanos();
  }

  /** The agent's view of its node, and its last choices. */
  private static final class Node {

    private final Map<String, FoundNetwork> found = new HashMap<>();
    private final Map<String, NetworkId> ids = new HashMap<>();
    private Map<PodAddress, NetworkChoice> before = Map.of();
    private OptionalLong viewOf = OptionalLong.empty();
    private long now;

    NetworkId id(String name) {
      return requireNonNull(ids.get(name), name);
    }

    /** Adds another namespace, created at that time. */
    Addition found(String name, long made) {
      ids.put(name, new NetworkId(4, ids.size() + 1, time(made)));
      put(name, Map.of(), Map.of());
      return new Addition(this, name);
    }

    Node gone(String name) {
      found.remove(name);
      return this;
    }

    /** Removes all its addresses. */
    Addition moved(String name) {
      put(name, Map.of(), Map.of());
      return new Addition(this, name);
    }

    Node lost(String name, String address, long since) {
      put(name, Map.of(), Map.of(InetAddress.ofLiteral(address), nanos(since)));
      return this;
    }

    private void put(String name, Map<InetAddress, Held> addresses, Map<InetAddress, Long> lost) {
      found.put(name, new FoundNetwork(id(name), Path.of("/run/netns/" + name), addresses, lost));
    }

    Node viewOf(long second) {
      viewOf = OptionalLong.of(nanos(second));
      return this;
    }

    Node at(long second) {
      now = second;
      return this;
    }

    Optional<NetworkChoice> choice(PodBuilder web, Pod... others) {
      return choice(web, X, others);
    }

    Optional<NetworkChoice> choice(PodBuilder web, String address, Pod... others) {
      Pod[] all = Stream.concat(Stream.of(web.build()), Stream.of(others)).toArray(Pod[]::new);
      return Optional.ofNullable(choices(all).get(key("pay", "web", address)));
    }

    Map<PodAddress, NetworkChoice> choices(Pod... pods) {
      before =
          new Networks(
                  List.of(pods),
                  new NetworkSurvey(List.copyOf(found.values()), nanos(now), time(now), viewOf),
                  before)
              .choices();
      return before;
    }
  }

  /** Adds addresses to a namespace. */
  private record Addition(Node node, String name) {

    Addition on(String device, String address, long since) {
      Map<InetAddress, Held> addresses =
          new HashMap<>(requireNonNull(node.found.get(name), name).addresses());
      addresses.put(
          InetAddress.ofLiteral(address),
          new Held(device.equals("eth0"), nanos(since), time(since - 1)));
      node.put(name, addresses, Map.of());
      return this;
    }
  }
}
