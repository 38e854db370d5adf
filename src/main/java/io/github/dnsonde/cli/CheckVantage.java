package io.github.dnsonde.cli;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.netns.Entrance;
import io.github.dnsonde.netns.NetworkNamespaces;
import io.github.dnsonde.netns.SandboxNetworks;
import io.github.dnsonde.plan.PlanInput;
import io.github.dnsonde.plan.PodResolvConf;
import io.github.dnsonde.plan.Servers;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The place that a command queries from, and its default servers.
 *
 * @param entrance the network namespace to query from; empty for this process's own
 * @param resolvConf the settings of the stub resolver there; with a file instead of a pod, those of
 *     this process
 */
record CheckVantage(
    Vantage vantage, List<Server> servers, Optional<Entrance> entrance, PodResolvConf resolvConf) {

  CheckVantage {
    servers = List.copyOf(servers);
  }

  /** An action that uses sockets of this place. */
  interface Asking {
    void with(Sockets sockets);
  }

  /** Creates the place of this process, or of the namespace that a file is bound to. */
  static CheckVantage here(Config config, PlanInput planInput, Optional<Path> file) {
    return new CheckVantage(
        config.vantage(),
        Servers.ofSelf(config, planInput),
        file.map(Entrance::named),
        new PodResolvConf.Known(planInput.resolvConf().settings(), List.of()));
  }

  /** Creates the place of this process, with the servers of the agent that runs here. */
  static CheckVantage besideTheAgent(Config config, PlanInput planInput) throws IOException {
    return new CheckVantage(
        config.vantage(),
        new AgentClient(config).vantages().servers(),
        Optional.empty(),
        new PodResolvConf.Known(planInput.resolvConf().settings(), List.of()));
  }

  /**
   * Creates the place of a pod that the agent on this node knows, with the agent's servers.
   *
   * @param namespacedName such as {@code payments/web-0}
   */
  static CheckVantage of(Config config, String namespacedName) throws IOException {
    AgentClient agent = new AgentClient(config);
    VantagesJson.Vantages known = agent.vantages();
    Candidate pod = agent.pod(known, namespacedName);
    InetAddress address =
        pod.address().orElseThrow(() -> new IOException(namespacedName + " has no address yet"));
    Vantage vantage =
        new Vantage(pod.namespace(), pod.workload(), pod.pod(), config.vantage().node(), address);
    return new CheckVantage(
        vantage,
        known.servers(),
        Optional.of(entrance(config, pod, vantage)),
        resolvConf(config, known, pod));
  }

  /** The settings of a pod's resolver, as the agent knows them. */
  private static PodResolvConf resolvConf(
      Config config, VantagesJson.Vantages known, Candidate pod) {
    List<InetAddress> nameservers =
        config.cluster().dns().isEmpty() ? known.resolver().nameservers() : config.cluster().dns();
    return Stream.of(Pod.Policy.values())
        .filter(policy -> policy.label().equals(pod.resolver().policy()))
        .findFirst()
        .map(
            policy ->
                PodResolvConf.of(
                    pod.namespace(),
                    new Pod.Dns(policy, pod.resolver().config()),
                    new PodResolvConf.Given(nameservers, known.resolver(), List.of())))
        .orElseGet(() -> new PodResolvConf.Unknown("the agent does not know its dnsPolicy"));
  }

  private static Entrance entrance(Config config, Candidate pod, Vantage vantage)
      throws IOException {
    List<Path> folders = config.pods().networkNamespaces();
    if (pod.status() == VantageStatus.CONTESTED || pod.status() == VantageStatus.UNCONFIRMED) {
      throw unknown(pod, folders, pod.status().words());
    }
    try (SandboxNetworks networks = new SandboxNetworks(folders)) {
      networks.scan();
      networks.scan(); // an address counts after two scans have found it
      return networks.byAddress().of(vantage);
    } catch (Sockets.Unavailable e) {
      throw unknown(pod, folders, e.getMessage() + "; the agent reports: " + pod.status().words());
    }
  }

  private static IOException unknown(Candidate pod, List<Path> folders, String why) {
    return new IOException(
        "cannot determine which network namespace in "
            + folders
            + " belongs to pod "
            + pod.namespacedPod()
            + ": "
            + why
            + ". If you know it, specify its file with --netns");
  }

  /** Provides sockets of this place to an action. */
  void probe(Asking asking) throws IOException {
    if (entrance.isEmpty()) {
      asking.with(Sockets.ofThisProcess());
      return;
    }
    try (NetworkNamespaces inside = new NetworkNamespaces(_ -> entrance.get())) {
      asking.with(inside);
    } catch (Sockets.Unavailable e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
