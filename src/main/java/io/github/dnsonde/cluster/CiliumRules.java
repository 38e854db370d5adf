package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Cidr;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rules of a CiliumNetworkPolicy or a CiliumClusterwideNetworkPolicy (Cilium documentation,
 * "Network Policy"). Selectors keep the keys of labels as they are written, with or without the
 * source of the label, such as {@code k8s:app}.
 *
 * @param specs the specifications, which apply together; at least one
 */
public record CiliumRules(List<Spec> specs) implements PolicyRules {

  private static final int LAST_PORT = 65_535;

  /**
   * The keys that Cilium leaves out unless it is configured otherwise (Cilium documentation,
   * "Limiting Identity-Relevant Labels").
   */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "io\\.kubernetes.*|kubernetes\\.io.*|statefulset\\.kubernetes\\.io/pod-name.*"
              + "|apps\\.kubernetes\\.io/pod-index.*|batch\\.kubernetes\\.io/job-completion-index.*"
              + "|batch\\.kubernetes\\.io/controller-uid.*|.*beta\\.kubernetes\\.io.*|k8s\\.io.*"
              + "|pod-template-generation.*|pod-template-hash.*|controller-revision-hash.*"
              + "|controller-uid.*|annotation.*|etcd_node.*|topology\\.kubernetes\\.io.*");

  public CiliumRules {
    specs = List.copyOf(specs);
    if (specs.isEmpty()) {
      throw new IllegalArgumentException("there is neither spec nor specs");
    }
  }

  @Override
  public Stream<String> podKeys() {
    return Stream.concat(specs.stream().map(Spec::subject), peers().flatMap(CiliumRules::selectors))
        .flatMap(LabelSelector::keys)
        .map(key -> key.substring(key.indexOf(':') + 1));
  }

  private static Stream<LabelSelector> selectors(Peers peers) {
    return peers instanceof Peers.Endpoints(List<LabelSelector> all) ? all.stream() : Stream.of();
  }

  @Override
  public Stream<Cidr> blocks() {
    return peers()
        .flatMap(
            peers ->
                peers instanceof Peers.Blocks(List<Block> blocks, _)
                    ? blocks.stream()
                    : Stream.of())
        .flatMap(block -> Stream.concat(Stream.of(block.cidr), block.except.stream()));
  }

  private Stream<Peers> peers() {
    return specs.stream()
        .flatMap(spec -> Stream.of(spec.ingress, spec.egress))
        .flatMap(section -> Stream.of(section.allowed, section.denied))
        .flatMap(List::stream)
        .map(Traffic::peers);
  }

  /** Returns true if Cilium's selectors do not see a pod's label with this key. */
  public static boolean isLeftOut(String key) {
    return LEFT_OUT.matcher(key).matches();
  }

  /**
   * One {@code spec}.
   *
   * @param subject the pods that it applies to, or the nodes
   * @param ofNodes true if it applies to nodes: to their own network, and to no pod
   */
  public record Spec(LabelSelector subject, boolean ofNodes, Section ingress, Section egress) {
    public Spec {
      requireNonNull(subject, "subject is null");
      requireNonNull(ingress, "ingress is null");
      requireNonNull(egress, "egress is null");
    }

    /** The rules in a direction. */
    public Section section(Direction direction) {
      return switch (direction) {
        case INGRESS -> ingress;
        case EGRESS -> egress;
      };
    }
  }

  /**
   * The rules in one direction. A section without rules has no effect, whatever {@code
   * enableDefaultDeny} says.
   *
   * @param defaultDeny whether what no rule allows is denied
   * @param allowed {@code ingress} or {@code egress}
   * @param denied {@code ingressDeny} or {@code egressDeny}; these take precedence
   */
  public record Section(boolean defaultDeny, List<Traffic> allowed, List<Traffic> denied) {

    /** No rules. */
    public static final Section NONE = new Section(false, List.of(), List.of());

    public Section {
      allowed = List.copyOf(allowed);
      denied = List.copyOf(denied);
    }

    /** Returns true if there are no rules. */
    public boolean isEmpty() {
      return allowed.isEmpty() && denied.isEmpty();
    }

    /** Returns true if a rule allows addresses by the domains that lead to them. */
    public boolean hasDomains() {
      return allowed.stream().anyMatch(rule -> rule.peers() instanceof Peers.Domains);
    }
  }

  /**
   * One rule.
   *
   * @param ports any of them must match; empty if the rule is for all ports
   * @param authenticated whether the peers must authenticate each other first
   */
  public record Traffic(Peers peers, Optional<List<Port>> ports, boolean authenticated) {
    public Traffic {
      requireNonNull(peers, "peers is null");
      ports = ports.map(List::copyOf);
    }
  }

  /** The other ends of a connection. A rule has one kind of them. */
  public sealed interface Peers {

    /** Everything, inside and outside the cluster: the rule has ports and no peers. */
    record Everything() implements Peers {}

    /** Nothing: the rule has neither peers nor ports, or its list of peers is empty. */
    record Nothing() implements Peers {}

    /** Pods, or what has a label of the source {@code reserved}. */
    record Endpoints(List<LabelSelector> selectors) implements Peers {
      public Endpoints {
        selectors = List.copyOf(selectors);
      }
    }

    /** Classes of ends that have no labels of their own. */
    record Entities(Set<Entity> entities) implements Peers {
      public Entities {
        entities = Set.copyOf(entities);
      }
    }

    /**
     * Addresses outside the cluster. They match no pod, and usually no node.
     *
     * @param elsewhere whether there are further addresses, which another object or a cloud lists
     */
    record Blocks(List<Block> blocks, boolean elsewhere) implements Peers {
      public Blocks {
        blocks = List.copyOf(blocks);
      }
    }

    /** The pods of Services. */
    record Services(List<ServiceReference> services) implements Peers {
      public Services {
        services = List.copyOf(services);
      }
    }

    /** Addresses outside the cluster that Cilium saw in answers to queries for certain names. */
    record Domains() implements Peers {}

    /** Nodes by their labels. */
    record Nodes() implements Peers {}
  }

  /** A block of addresses with exceptions. */
  public record Block(Cidr cidr, List<Cidr> except) {
    public Block {
      requireNonNull(cidr, "cidr is null");
      except = List.copyOf(except);
    }

    /** Returns true if an address is selected. */
    public boolean contains(InetAddress address) {
      return cidr.contains(address)
          && except.stream().noneMatch(excluded -> excluded.contains(address));
    }
  }

  /**
   * Services by their name or by their labels.
   *
   * @param name empty for those that the labels select
   * @param namespace empty for every namespace
   */
  public record ServiceReference(Optional<String> name, Optional<String> namespace) {
    public ServiceReference {
      requireNonNull(name, "name is null");
      requireNonNull(namespace, "namespace is null");
    }
  }

  /** A class of ends (Cilium documentation, "Entities based"). */
  public enum Entity {
    ALL,
    WORLD,
    CLUSTER,
    CLUSTER_MESH,
    HOST,
    REMOTE_NODE,
    KUBE_APISERVER,
    INGRESS,
    INIT,
    HEALTH,
    UNMANAGED,
    NONE;

    /** Returns the entity with this word in a policy, such as {@code remote-node}. */
    public static Optional<Entity> of(String word) {
      return Arrays.stream(values()).filter(entity -> entity.word().equals(word)).findFirst();
    }

    /** The word in a policy. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Ports of a protocol.
   *
   * @param protocol empty for every protocol with ports
   * @param first the port, or the first of a range; empty for every port
   * @param last the last of a range, if {@code first} is a number
   * @param filter what the traffic must pass in addition
   */
  public record Port(
      Optional<Protocol> protocol, Optional<PortReference> first, OptionalInt last, Filter filter) {
    public Port {
      requireNonNull(protocol, "protocol is null");
      requireNonNull(first, "first is null");
      requireNonNull(filter, "filter is null");
      if (last.isPresent()
          && !(first.orElse(null) instanceof PortReference.Numbered(int number)
              && number <= last.getAsInt()
              && last.getAsInt() <= LAST_PORT)) {
        throw new IllegalArgumentException("no ports from " + first + " to " + last);
      }
    }
  }

  /** A filter that traffic must pass in addition to peers and ports. */
  public sealed interface Filter {

    /** Nothing. */
    record None() implements Filter {}

    /** Cilium's DNS proxy, which refuses queries for other names. */
    record Names(List<DnsName> names) implements Filter {
      public Names {
        names = List.copyOf(names);
      }
    }

    /** Another proxy, or TLS. */
    record Other() implements Filter {}
  }

  /**
   * Names in queries.
   *
   * @param text a name, or a pattern with {@code *}
   * @param pattern whether it is a pattern
   */
  public record DnsName(String text, boolean pattern) {

    private static final Pattern EVERY_NAME = Pattern.compile("[*]+[.]?");
    private static final Pattern SEVERAL_LABELS = Pattern.compile("[*]{2,}");

    public DnsName {
      requireNonNull(text, "text is null");
    }

    /** Returns true if every name matches. */
    public boolean isEvery() {
      return pattern && EVERY_NAME.matcher(text).matches();
    }

    /**
     * Returns true if the name of a query matches (Cilium documentation, "DNS based"): within a
     * label, {@code *} stands for any characters; at the start, {@code **.} stands for one or more
     * labels. Names of both are complete, with or without the last dot.
     */
    public boolean matches(String query) {
      if (isEvery()) {
        return true;
      }
      List<String> wanted = labels(text);
      List<String> labels = labels(query);
      if (!pattern) {
        return wanted.equals(labels);
      }
      boolean several = SEVERAL_LABELS.matcher(wanted.getFirst()).matches() && wanted.size() > 1;
      int rest = wanted.size() - (several ? 1 : 0);
      boolean fits = several ? labels.size() > rest : labels.size() == rest;
      return fits
          && IntStream.rangeClosed(1, rest)
              .allMatch(
                  back ->
                      isLike(wanted.get(wanted.size() - back), labels.get(labels.size() - back)));
    }

    private static List<String> labels(String name) {
      String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
      return List.of(bare.toLowerCase(Locale.ROOT).split("\\.", -1));
    }

    /** Compares step by step, so that a pattern with many asterisks takes no longer. */
    private static boolean isLike(String wanted, String label) {
      List<String> parts = List.of(wanted.split("[*]+", -1));
      if (parts.size() == 1) {
        return wanted.equals(label);
      }
      String last = parts.getLast();
      int at = parts.getFirst().length();
      if (!label.startsWith(parts.getFirst()) || label.length() < at + last.length()) {
        return false;
      }
      for (String part : parts.subList(1, parts.size() - 1)) {
        int found = label.indexOf(part, at);
        if (found < 0) {
          return false;
        }
        at = found + part.length();
      }
      return label.length() - last.length() >= at && label.endsWith(last);
    }
  }
}
