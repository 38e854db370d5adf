package io.github.dnsonde.e2e.drill;

import static io.github.dnsonde.e2e.drill.Cast.KUBE_DNS;
import static io.github.dnsonde.e2e.drill.Cast.NAMESPACES;
import static io.github.dnsonde.e2e.drill.Cast.NODE_LOCAL_DNS;
import static io.github.dnsonde.e2e.drill.Expected.alert;
import static io.github.dnsonde.e2e.drill.Fault.Kind.CLOSED;
import static io.github.dnsonde.e2e.drill.Fault.Kind.EVERY_FIFTH_LOST;
import static io.github.dnsonde.e2e.drill.Fault.Kind.EVERY_SECOND_LOST;
import static io.github.dnsonde.e2e.drill.Fault.Kind.NXDOMAIN;
import static io.github.dnsonde.e2e.drill.Fault.Kind.ONE_LOST;
import static io.github.dnsonde.e2e.drill.Fault.Kind.SERVFAIL;
import static io.github.dnsonde.e2e.drill.Fault.Kind.SILENCE;
import static io.github.dnsonde.e2e.drill.Fault.Kind.WRONG_ADDRESS;

import io.github.dnsonde.agent.FakeAgent;
import io.github.dnsonde.e2e.drill.Scenario.Act;
import io.github.dnsonde.e2e.drill.Scenario.Staging;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All scenarios, each with its expected alerts. */
final class Script {

  private static final List<String> BOTH = List.of(KUBE_DNS, NODE_LOCAL_DNS);
  private static final List<String> NODES = List.of("node-1", "node-2");
  private static final String PAYMENTS = "payments";

  /** The time after which the counters of a new agent have their first points. */
  private static final Duration SOON = Duration.ofSeconds(15);

  /** Alerts that no scenario can cause, by name, each with what the drill lacks. */
  static final Map<String, String> WITHOUT =
      Map.of(
          "DnsondeReportsFailing", "a controller",
          "DnsondeAdmissionSlipped", "an API server with the webhook",
          "DnsondeLookupsFail", "pods with a resolv.conf",
          "DnsondeApplicationsAffected", "applications' queries");

  private Script() {}

  /** Returns a cluster with an agent on one node. */
  private static Staging node(List<String> inUse) {
    return (cluster, folder) ->
        NodeCast.start(cluster, NODES.subList(0, 1), inUse, List.of(), folder);
  }

  /** Returns a cluster with an agent on each of two nodes. */
  private static Staging nodes(List<String> inUse) {
    return (cluster, folder) -> NodeCast.start(cluster, NODES, inUse, List.of(), folder);
  }

  private static Staging ill(Fault fault) {
    return (cluster, folder) -> NodeCast.start(cluster, NODES, BOTH, List.of(fault), folder);
  }

  private static Staging processes(List<String> namespaces) {
    return (cluster, folder) -> SelfCast.start(cluster, namespaces, BOTH, folder);
  }

  static List<Scenario> scenarios() {
    return Stream.of(calm(), cutOff(), unused(), shared(), lossy(), wrong(), agents())
        .flatMap(List::stream)
        .toList();
  }

  /** Returns scenarios that must cause no alert. */
  private static List<Scenario> calm() {
    return List.of(
        Scenario.of("well", "nothing goes wrong", nodes(BOTH)),
        Scenario.of("one-lost", "one packet is lost", node(BOTH))
            .suffering(Fault.of(ONE_LOST).on("node-1").in(PAYMENTS).at(KUBE_DNS)),
        Scenario.of("agent-restarted", "one of three agents is killed", processes(NAMESPACES))
            .acting(agent(AgentProcess::kill), agent(AgentProcess::restart)));
  }

  /** Returns faults of a single namespace. */
  private static List<Scenario> cutOff() {
    return List.of(
        Scenario.of("cut-off", "a policy forgets egress to DNS; the engine drops", nodes(BOTH))
            .suffering(Fault.of(SILENCE).in(PAYMENTS))
            .expecting(alert("DnsondeNamespaceCutOff", "critical").in(PAYMENTS)),
        Scenario.of("rejected", "the same; the engine rejects", processes(NAMESPACES))
            .suffering(Fault.of(CLOSED).in(PAYMENTS))
            .expecting(alert("DnsondeNamespaceCutOff", "critical").in(PAYMENTS)),
        Scenario.of("cache-forgotten", "a policy forgets NodeLocal DNSCache", nodes(BOTH))
            .suffering(Fault.of(SILENCE).in(PAYMENTS).at(NODE_LOCAL_DNS))
            .expecting(alert("DnsondeServerCutOff", "critical").in(PAYMENTS).at(NODE_LOCAL_DNS)),
        Scenario.of("udp-alone", "a policy forgets TCP", node(BOTH))
            .suffering(Fault.of(SILENCE).in(PAYMENTS).over(Transport.TCP))
            .expecting(
                transport("warning").at(KUBE_DNS).over("tcp"),
                transport("warning").at(NODE_LOCAL_DNS).over("tcp")),
        Scenario.of("tcp-alone", "a policy forgets UDP", node(BOTH))
            .suffering(Fault.of(SILENCE).in(PAYMENTS).over(Transport.UDP))
            .expecting(
                transport("critical").at(KUBE_DNS).over("udp"),
                transport("critical").at(NODE_LOCAL_DNS).over("udp")),
        Scenario.of(
                "never-worked", "an old policy", ill(Fault.of(SILENCE).in(PAYMENTS).at(KUBE_DNS)))
            .acting(_ -> {}, Cast::recover)
            .briefAfter(Duration.ZERO)
            .expecting(
                alert("DnsondePathNeverWorked", "info").in(PAYMENTS).at(KUBE_DNS).over("udp"),
                alert("DnsondePathNeverWorked", "info").in(PAYMENTS).at(KUBE_DNS).over("tcp")));
  }

  private static Expected transport(String severity) {
    return alert("DnsondeTransportCutOff", severity).in(PAYMENTS);
  }

  /** Returns faults of NodeLocal DNSCache while no pod's resolver uses it. */
  private static List<Scenario> unused() {
    List<String> inUse = List.of(KUBE_DNS);
    return List.of(
        Scenario.of("unused-cut-off", "a policy forgets a server that no pod uses", node(inUse))
            .suffering(Fault.of(SILENCE).in(PAYMENTS).at(NODE_LOCAL_DNS))
            .expecting(alert("DnsondeServerCutOff", "info").in(PAYMENTS).at(NODE_LOCAL_DNS)),
        Scenario.of(
                "unused-transport", "a policy forgets one transport of that server", node(inUse))
            .suffering(Fault.of(SILENCE).in(PAYMENTS).at(NODE_LOCAL_DNS).over(Transport.UDP))
            .expecting(alert("DnsondeServerCutOff", "info").in(PAYMENTS).at(NODE_LOCAL_DNS)),
        Scenario.of("unused-node", "that server is dead on one node", nodes(inUse))
            .suffering(Fault.of(SILENCE).on("node-2").at(NODE_LOCAL_DNS))
            .expecting(
                alert("DnsondeNodeCutOff", "info").with("node", "node-2").at(NODE_LOCAL_DNS)),
        Scenario.of("unused-down", "that server is dead", nodes(inUse))
            .suffering(Fault.of(SILENCE).at(NODE_LOCAL_DNS))
            .expecting(alert("DnsondeServerDown", "info").at(NODE_LOCAL_DNS)),
        Scenario.of("unused-lossy", "that server loses half of the packets", node(inUse))
            .suffering(
                Fault.of(EVERY_SECOND_LOST).in(PAYMENTS).at(NODE_LOCAL_DNS).over(Transport.UDP))
            .briefAfter(SOON));
  }

  private static Expected unanswered(String severity) {
    return alert("DnsondeLookupsUnanswered", severity).in(PAYMENTS);
  }

  /** Returns faults that affect all namespaces. */
  private static List<Scenario> shared() {
    return List.of(
        Scenario.of("node", "a node's cache is dead", nodes(BOTH))
            .suffering(Fault.of(SILENCE).on("node-2").at(NODE_LOCAL_DNS))
            .expecting(
                alert("DnsondeNodeCutOff", "critical").with("node", "node-2").at(NODE_LOCAL_DNS)),
        Scenario.of("down", "kube-dns is dead", nodes(BOTH))
            .suffering(Fault.of(SILENCE).at(KUBE_DNS))
            .expecting(alert("DnsondeServerDown", "critical").at(KUBE_DNS)),
        Scenario.of("burn", "kube-dns loses a fifth of all packets", nodes(BOTH))
            .suffering(Fault.of(EVERY_FIFTH_LOST).at(KUBE_DNS))
            .expecting(
                alert("DnsondeErrorBudgetBurn", "critical")
                    .at(KUBE_DNS)
                    .with("long", "1h")
                    .with("short", "5m"))
            .briefAfter(SOON)
            .firingWithin(Duration.ofMinutes(14))); // one hour is averaged, most of it healthy
  }

  /** Returns scenarios with packet loss. */
  private static List<Scenario> lossy() {
    return List.of(
        Scenario.of("lossy", "half of the packets are lost", node(BOTH))
            .suffering(Fault.of(EVERY_SECOND_LOST).in(PAYMENTS).at(KUBE_DNS).over(Transport.UDP))
            .expecting(unanswered("critical").at(KUBE_DNS).over("udp"))
            .briefAfter(SOON),
        Scenario.of("less-lossy", "a fifth of the packets are lost", node(BOTH))
            .suffering(Fault.of(EVERY_FIFTH_LOST).in(PAYMENTS).at(KUBE_DNS).over(Transport.UDP))
            .expecting(unanswered("warning").at(KUBE_DNS).over("udp"))
            .briefAfter(SOON));
  }

  /** Returns scenarios with wrong answers. */
  private static List<Scenario> wrong() {
    return List.of(
        Scenario.of("upstream", "the upstream resolver is dead", node(BOTH))
            .suffering(Fault.of(SERVFAIL).asking(Scope.EXTERNAL))
            .expecting(
                alert("DnsondeUpstreamServfail", "critical").at(KUBE_DNS),
                alert("DnsondeUpstreamServfail", "critical").at(NODE_LOCAL_DNS))
            .briefAfter(SOON),
        Scenario.of("servfail", "CoreDNS has lost the API server", node(BOTH))
            .suffering(Fault.of(SERVFAIL).at(KUBE_DNS))
            .expecting(alert("DnsondeServfail", "critical").at(KUBE_DNS))
            .briefAfter(SOON),
        Scenario.of("hijack", "a third party answers", node(BOTH))
            .suffering(Fault.of(WRONG_ADDRESS).in(PAYMENTS).at(KUBE_DNS).over(Transport.UDP))
            .expecting(
                alert("DnsondeWrongAnswers", "critical")
                    .in(PAYMENTS)
                    .at(KUBE_DNS)
                    .with("reason", "wrong_address"))
            .briefAfter(SOON),
        Scenario.of("no-such-name", "a name was removed", node(BOTH))
            .suffering(Fault.of(NXDOMAIN).in(PAYMENTS).at(KUBE_DNS).asking(Scope.EXTERNAL))
            .expecting(
                alert("DnsondeWrongAnswers", "warning")
                    .in(PAYMENTS)
                    .at(KUBE_DNS)
                    .with("reason", "nxdomain"))
            .briefAfter(SOON));
  }

  /** Returns faults of the agents themselves. */
  private static List<Scenario> agents() {
    return List.of(
        Scenario.of("bad-config", "a mistake in the configuration", processes(List.of(PAYMENTS)))
            .acting(agent(AgentProcess::spoil), agent(AgentProcess::repair))
            .briefAfter(SOON)
            .expecting(ofAgent("DnsondeConfigReloadFailed")),
        Scenario.of("mute", "an agent sends no query", mute())
            .acting(_ -> {}, onFirstNode(agent -> agent.mute(false)))
            .briefAfter(Duration.ZERO)
            .firingWithin(Duration.ofMinutes(17)) // ten of silence, then five
            .expecting(ofAgent("DnsondeProbesStale")),
        Scenario.of("deaf", "an agent gets no response from the API server", node(BOTH))
            .acting(onFirstNode(agent -> agent.deaf(true)), onFirstNode(agent -> agent.deaf(false)))
            .briefAfter(SOON)
            .expecting(ofAgent("DnsondeClusterViewStale")),
        Scenario.of("agents-gone", "all agents of a cluster are gone", processes(List.of(PAYMENTS)))
            .acting(agent(AgentProcess::kill), agent(AgentProcess::restart))
            .briefAfter(SOON)
            .expecting(alert("DnsondeAgentAbsent", "critical")),
        Scenario.of("agents-never-there", "no agent was ever started", dead())
            .acting(_ -> {}, agent(AgentProcess::restart))
            .briefAfter(Duration.ZERO)
            .watchedApart()
            .expecting(alert("DnsondeAgentAbsent", "critical")));
  }

  private static Expected ofAgent(String alert) {
    return alert(alert, "warning").with("node", "node-1").with("instance", Expected.ITS_OWN);
  }

  private static Staging mute() {
    return (cluster, folder) -> {
      NodeCast cast = NodeCast.start(cluster, NODES.subList(0, 1), BOTH, List.of(), folder);
      cast.agents().getFirst().mute(true);
      return cast;
    };
  }

  private static Staging dead() {
    return (cluster, folder) -> {
      SelfCast cast = SelfCast.start(cluster, List.of(PAYMENTS), BOTH, folder);
      cast.agent(PAYMENTS).kill();
      return cast;
    };
  }

  /** Returns a change of the agent of payments. */
  private static Act agent(Deed<AgentProcess> deed) {
    return cast -> {
      if (cast instanceof SelfCast self) {
        deed.to(self.agent(PAYMENTS));
      } else {
        throw new IllegalArgumentException("its agents are not processes");
      }
    };
  }

  /** Returns a change of the agent of the first node. */
  private static Act onFirstNode(Deed<FakeAgent> deed) {
    return cast -> {
      if (cast instanceof NodeCast nodes) {
        deed.to(nodes.agents().getFirst());
      } else {
        throw new IllegalArgumentException("it has no nodes");
      }
    };
  }

  private interface Deed<T> {
    void to(T agent) throws IOException, InterruptedException;
  }
}
