package io.github.dnsonde.config;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.config.Key.Fallback;
import io.github.dnsonde.config.Key.Many;
import io.github.dnsonde.config.Key.Maps;
import io.github.dnsonde.config.Key.One;
import io.github.dnsonde.config.Key.Pairs;
import io.github.dnsonde.config.Kind.Address;
import io.github.dnsonde.config.Kind.Block;
import io.github.dnsonde.config.Kind.Choice;
import io.github.dnsonde.config.Kind.DomainName;
import io.github.dnsonde.config.Kind.Folder;
import io.github.dnsonde.config.Kind.Listen;
import io.github.dnsonde.config.Kind.Name;
import io.github.dnsonde.config.Kind.NamePattern;
import io.github.dnsonde.config.Kind.OptionalImage;
import io.github.dnsonde.config.Kind.OptionalListen;
import io.github.dnsonde.config.Kind.OptionalPath;
import io.github.dnsonde.config.Kind.Time;
import io.github.dnsonde.config.Kind.WholeNumber;
import io.github.dnsonde.config.Kind.YesOrNo;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The table of keys: the reader knows no others, and docs/configuration.md is made from it. */
final class Keys {

  private static final List<Key<?>> TABLE = new ArrayList<>();

  /** A name of one label (RFC 1123 §2.1), and one of several, in Kubernetes. */
  private static final int MAX_LABEL = 63;

  private static final int MAX_SUBDOMAIN = 253;

  static final One<Config.Mode> MODE =
      one(
          "mode",
          new Choice<>(words(Config.Mode.values(), Config.Mode::label)),
          written("self"),
          "Whose network questions are asked from: `self` is the agent's own pod, `node` the pods"
              + " of its node, which takes the capability SYS_ADMIN and read access to the"
              + " Kubernetes API.");

  static final One<String> VANTAGE_NAMESPACE =
      one(
          "vantage.namespace",
          new Name(1, MAX_LABEL, "shop"),
          new Fallback.Variable("POD_NAMESPACE", "default"),
          "Namespace of the agent's pod.");
  static final One<String> VANTAGE_WORKLOAD =
      one(
          "vantage.workload",
          new Name(1, MAX_SUBDOMAIN, "dnsonde"),
          new Fallback.Variable("WORKLOAD", "self"),
          "Workload of the agent's pod: a name that outlives the pod.");
  static final One<String> VANTAGE_POD =
      one(
          "vantage.pod",
          new Name(0, MAX_SUBDOMAIN, "dnsonde-x7k2p"),
          new Fallback.Variable("POD_NAME", "''"),
          "Name of the agent's pod.");
  static final One<String> VANTAGE_NODE =
      one(
          "vantage.node",
          new Name(0, MAX_SUBDOMAIN, "worker-1"),
          new Fallback.Variable("NODE_NAME", "''"),
          "Node of the agent's pod.");

  static final Many<InetAddress> CLUSTER_DNS =
      many(
          "cluster.dns",
          new Address(),
          0,
          16,
          written("[]"),
          "The resolvers that pods are given: each is a server, and its probes are *in use*. If"
              + " empty, those of the agent's own `/etc/resolv.conf`.");

  static final One<String> KUBE_DNS_NAMESPACE =
      one(
          "cluster.kube-dns.namespace",
          new Name(1, MAX_LABEL, "kube-system"),
          written("kube-system"),
          "Namespace of the cluster's DNS.");
  static final One<String> KUBE_DNS_SERVICE =
      one(
          "cluster.kube-dns.service",
          new Name(1, MAX_LABEL, "kube-dns"),
          written("kube-dns"),
          "Its Service: the server `kube-dns` is its first ClusterIP.");
  static final One<Boolean> KUBE_DNS_ENDPOINTS =
      one(
          "cluster.kube-dns.endpoints",
          new YesOrNo(),
          written("false"),
          "Whether each of its endpoints is asked apart, from the agent's own pod (server"
              + " `kube-dns-endpoint`).");
  static final One<InetAddress> NODE_LOCAL_ADDRESS =
      one(
          "cluster.node-local-dns.address",
          new Address(),
          written("169.254.20.10"),
          "Address of a cache on each node. Mode `self` queries it once a period, and adds it to"
              + " the servers when it has answered.");
  static final Selector NODE_LOCAL_PODS =
      selector(
          "cluster.node-local-dns.selector",
          "{k8s-app: node-local-dns}",
          "Its pods, in the namespace of the cluster's DNS: only where one is on the node is it"
              + " asked.");

  static final One<Boolean> DETECT_INTERCEPTION =
      one(
          "cluster.detect-interception",
          new YesOrNo(),
          written("true"),
          "Whether each vantage, and the agent's own pod to compare with, queries 192.0.2.53 and"
              + " 169.254.255.53, which no host has, at its start, when something changes and every"
              + " ten minutes: an answer shows a proxy. In mode `node`.");

  static final One<Optional<Path>> KUBECONFIG =
      one(
          "kubernetes.kubeconfig",
          new OptionalPath(),
          new Fallback.Variable("KUBECONFIG", "''"),
          "Where the API server and its credentials are described; when empty, the pod's service"
              + " account is used.");

  static final Many<Glob> NAMESPACES_INCLUDE =
      many(
          "namespaces.include",
          new NamePattern(),
          1,
          256,
          written("['*']"),
          "Namespaces to ask from, in mode `node`.");
  static final Many<Glob> NAMESPACES_EXCLUDE =
      many("namespaces.exclude", new NamePattern(), 0, 256, written("[]"), "Those to leave out.");
  static final Selector NAMESPACES_SELECTOR =
      selector("namespaces.selector", "{}", "What labels they must have.");

  static final Selector PODS_PREFERRED =
      selector(
          "pods.preferred",
          "{dnsonde.github.io/probe-pod: 'true'}",
          "Pods that exist to be asked from: chosen before all others of their namespace.");
  static final One<Integer> PODS_PER_NAMESPACE =
      one(
          "pods.per-namespace",
          new WholeNumber(1, 1_000),
          written("20"),
          "Vantages that one namespace may have on one node. Each has up to 136 series with the"
              + " default questions, and who may create pods and policies in a namespace decides"
              + " how many classes of pods it has. Pods of further classes are *capped*.");
  static final Many<Glob> FOREIGN_KERNELS =
      many(
          "pods.foreign-kernels",
          new NamePattern(),
          0,
          64,
          written("['kata*', 'gvisor*', 'runsc*', '*firecracker*']"),
          "Runtime classes of virtual machines and user-space kernels: sockets made in such a pod's"
              + " namespace are not its own, so it is never asked from.");
  static final Many<Path> NETWORK_NAMESPACES =
      many(
          "pods.network-namespaces",
          new Folder(),
          1,
          8,
          written("[/var/run/netns]"),
          "Folders in which the container runtime binds the pods' network namespaces to files.");

  static final Maps SERVERS =
      maps(
          "servers",
          1,
          32,
          Optional.of("auto"),
          written("auto"),
          "The servers to query. `auto`: every resolver that pods are given (`cluster.dns`), the"
              + " Service of `cluster.kube-dns`, and the node's cache if there is one.");
  static final One<String> SERVER_NAME =
      one(
          "servers[].name",
          new Name(1, MAX_LABEL, "kube-dns"),
          new Fallback.Required(),
          "Its alias in metrics and logs; each only once.");
  static final One<InetAddress> SERVER_ADDRESS =
      one(
          "servers[].address",
          new Address(),
          new Fallback.Required(),
          "Where it is: a literal, since no name is looked up to reach a server.");
  static final One<Integer> SERVER_PORT =
      one(
          "servers[].port",
          new WholeNumber(1, 65_535),
          written("53"),
          "Its port, for UDP and TCP alike.");

  static final Maps QUESTIONS =
      maps(
          "questions",
          1,
          64,
          Optional.empty(),
          written("[{name: kubernetes.default.svc.cluster.local.}, {name: example.com.}]"),
          "What each server is asked, over and over. Nothing is retried, searched or cached.");
  static final One<String> QUESTION_NAME =
      one(
          "questions[].name",
          new DomainName(),
          new Fallback.Required(),
          "The name asked for. Each name, type and transport only once.");
  static final One<RecordType> QUESTION_TYPE =
      one(
          "questions[].type",
          new Choice<>(words(RecordType.values(), RecordType::name)),
          written("A"),
          "The type of record asked for.");
  static final Many<Transport> QUESTION_TRANSPORTS =
      many(
          "questions[].transports",
          new Choice<>(words(Transport.values(), Transport::label)),
          1,
          2,
          written("[udp, tcp]"),
          "What carries it; each transport is a probe of its own.");
  static final One<Scope> QUESTION_SCOPE =
      one(
          "questions[].scope",
          new Choice<>(words(Scope.values(), Scope::label)),
          new Fallback.Derived("`internal` below `cluster.local.`, else `external`"),
          "Whether the cluster's DNS knows the answer itself or asks an upstream resolver.");
  static final One<Rcode> EXPECT_RCODE =
      one(
          "questions[].expect.rcode",
          new Choice<>(words(Rcode.values(), Rcode::name)),
          written("NOERROR"),
          "`NOERROR`: at least one record of the type. `NXDOMAIN`: the name must not exist.");
  static final Many<Cidr> EXPECT_CIDRS =
      many(
          "questions[].expect.cidrs",
          new Block(),
          0,
          64,
          written("[]"),
          "When not empty, every address in the answer must lie in one of these; for types A and"
              + " AAAA.");
  static final One<Boolean> EXPECT_TRUNCATED =
      one(
          "questions[].expect.truncated",
          new YesOrNo(),
          written("false"),
          "Whether an answer that was cut short is right all the same.");

  static final One<Duration> PERIOD =
      one(
          "schedule.period",
          new Time(Duration.ofSeconds(1), Duration.ofHours(1)),
          written("10s"),
          "From one asking of a probe to the next, when the budget allows.");
  static final One<Duration> TIMEOUT =
      one(
          "schedule.timeout",
          new Time(Duration.ofMillis(100), Duration.ofMinutes(1)),
          written("7500ms"),
          "How long an answer is waited for, connecting included. CoreDNS takes 6 s to give up on"
              + " silent upstreams.");
  static final One<Duration> LATE =
      one(
          "schedule.late",
          new Time(Duration.ofMillis(10), Duration.ofMinutes(1)),
          written("5s"),
          "A right answer that takes longer is late: most clients have given up by then. At most"
              + " `schedule.timeout`.");
  static final One<Integer> IN_FLIGHT =
      one(
          "schedule.in-flight",
          new WholeNumber(1, 10_000),
          written("512"),
          "Questions that may wait for their answers at once; each holds a socket.");
  static final One<Integer> BUDGET_NODE =
      one(
          "schedule.budget.node",
          new WholeNumber(1, 10_000),
          written("50"),
          "Questions per second that this agent may ask; when the probes want more, they take"
              + " turns.");
  static final One<Integer> BUDGET_CLUSTER =
      one(
          "schedule.budget.cluster",
          new WholeNumber(1, 1_000_000),
          written("1000"),
          "Questions per second that all agents together may ask: each takes an equal share of it,"
              + " by the number of nodes that its DaemonSet wants. In mode `node`.");

  static final One<InetSocketAddress> HTTP_METRICS =
      one(
          "http.metrics",
          new Listen(),
          written("':9053'"),
          "Where `/metrics`, `/livez` and `/readyz` listen; without a host on all addresses.");
  static final One<Optional<InetSocketAddress>> HTTP_HEALTH =
      one(
          "http.health",
          new OptionalListen(),
          written("''"),
          "A second address for `/livez` and `/readyz`, always without TLS, which clients of"
              + " `http.metrics` cannot crowd. When empty, there is none.");
  static final One<Optional<Path>> HTTP_TLS_CERTIFICATE =
      one(
          "http.tls.certificate",
          new OptionalPath(),
          written("''"),
          "PEM file of the certificate chain that `http.metrics` shows, with TLS 1.2 or newer. When"
              + " empty, it speaks plain HTTP. New content of the file is used within seconds.");
  static final One<Optional<Path>> HTTP_TLS_KEY =
      one(
          "http.tls.key",
          new OptionalPath(),
          written("''"),
          "PEM file of the certificate's private key, without a passphrase. Must be given with"
              + " `http.tls.certificate`.");
  static final One<Optional<Path>> HTTP_BEARER_TOKEN_FILE =
      one(
          "http.bearer-token-file",
          new OptionalPath(),
          written("''"),
          "File of the token that clients must send to read `/metrics`. When empty, everyone may"
              + " read it. New content of the file is used within seconds; another path, as of the"
              + " two keys above, is not.");
  static final One<InetSocketAddress> HTTP_API =
      one(
          "http.api",
          new Listen(),
          written("127.0.0.1:9054"),
          "Where `/` and `/api` listen. They have no login: leave them on loopback.");

  static final One<Config.Histograms> METRICS_HISTOGRAMS =
      one(
          "metrics.histograms",
          new Choice<>(words(Config.Histograms.values(), Keys::lowerCase)),
          written("both"),
          "How durations are counted: `classic` in fixed buckets, `native` in Prometheus' own.");
  static final One<Duration> METRICS_RETENTION =
      one(
          "metrics.retention",
          new Time(Duration.ZERO, Duration.ofHours(1)),
          written("2m"),
          "How long the series of a vanished vantage stay.");

  static final One<Config.LogFormat> LOGGING_FORMAT =
      one(
          "logging.format",
          new Choice<>(words(Config.LogFormat.values(), Keys::lowerCase)),
          written("logfmt"),
          "How an event is written; always one line, on standard error.");
  static final One<System.Logger.Level> LOGGING_LEVEL =
      one(
          "logging.level",
          new Choice<>(levels()),
          written("info"),
          "The least that is logged. `debug` adds each good answer, and what the libraries say.");

  static final Many<Glob> PROBE_PODS_INCLUDE =
      many(
          "probe-pods.namespaces.include",
          new NamePattern(),
          0,
          256,
          written("[]"),
          "Namespaces in which `dnsonde probe-pods` keeps a pod to ask from. When empty it keeps"
              + " none, and removes those that it made.");
  static final Many<Glob> PROBE_PODS_EXCLUDE =
      many(
          "probe-pods.namespaces.exclude",
          new NamePattern(),
          0,
          256,
          written("[]"),
          "Those to leave out.");
  static final Selector PROBE_PODS_SELECTOR =
      selector("probe-pods.namespaces.selector", "{}", "What labels they must have.");
  static final One<Optional<String>> PROBE_PODS_IMAGE =
      one(
          "probe-pods.image",
          new OptionalImage(),
          written("''"),
          "What the pod runs: a program that does nothing until it is ended, as Kubernetes' own"
              + " `pause` does. Must be given with `probe-pods.namespaces.include`.");
  static final Pairs PROBE_PODS_LABELS =
      pairs(
          "probe-pods.labels",
          "{}",
          "Further labels of the pod, so that policies that select by label select it too. One that"
              + " a Service or a PodDisruptionBudget of the namespace selects is left off there.");
  static final One<Duration> PROBE_PODS_PERIOD =
      one(
          "probe-pods.period",
          new Time(Duration.ofSeconds(1), Duration.ofHours(1)),
          written("1m"),
          "From one look at the cluster to the next.");

  private Keys() {}

  /** What the answer's response code must be (RFC 1035 §4.1.1). */
  enum Rcode {
    NOERROR,
    NXDOMAIN
  }

  /** Every row, in the order of the reference. */
  static List<Key<?>> all() {
    return List.copyOf(TABLE);
  }

  /**
   * The keys known in one map.
   *
   * @param map its path, such as {@code schedule} or {@code servers[]}; empty for the root
   */
  static List<String> namesIn(String map) {
    String prefix = map.isEmpty() ? "" : map + ".";
    return TABLE.stream()
        .map(Key::path)
        .filter(path -> path.startsWith(prefix))
        .map(path -> path.substring(prefix.length()).replaceFirst("(\\.|\\[]).*", ""))
        .distinct()
        .toList();
  }

  private static <T> One<T> one(String path, Kind<T> kind, Fallback fallback, String sentence) {
    One<T> key = new One<>(path, kind, fallback, sentence);
    TABLE.add(key);
    return key;
  }

  private static <T> Many<T> many(
      String path, Kind<T> kind, int least, int most, Fallback fallback, String sentence) {
    Many<T> key = new Many<>(path, kind, least, most, fallback, sentence);
    TABLE.add(key);
    return key;
  }

  private static Maps maps(
      String path, int least, int most, Optional<String> word, Fallback fallback, String sentence) {
    Maps key = new Maps(path, least, most, word, fallback, sentence);
    TABLE.add(key);
    return key;
  }

  private static Pairs pairs(String path, String yaml, String sentence) {
    Pairs key = new Pairs(path, written(yaml), sentence);
    TABLE.add(key);
    return key;
  }

  private static Selector selector(String path, String matchLabels, String sentence) {
    Pairs labels = pairs(path + ".matchLabels", matchLabels, sentence);
    String expressions = path + ".matchExpressions";
    return new Selector(
        labels,
        maps(
            expressions,
            0,
            32,
            Optional.empty(),
            written("[]"),
            "Further requirements, each with `key`, `operator` (`In`, `NotIn`, `Exists`,"
                + " `DoesNotExist`) and `values`, as in a Kubernetes label selector."),
        one(expressions + "[].key", Kind.LABEL_KEY, new Fallback.Required(), "The label's key."),
        one(
            expressions + "[].operator",
            new Choice<>(words(LabelSelector.Operator.values(), LabelSelector.Operator::word)),
            new Fallback.Required(),
            "What is required of it."),
        many(
            expressions + "[].values",
            Kind.LABEL_VALUE,
            0,
            64,
            written("[]"),
            "For `In` and `NotIn`, at least one."));
  }

  /** The rows of one label selector (Kubernetes API reference, LabelSelector). */
  record Selector(
      Pairs matchLabels,
      Maps matchExpressions,
      One<String> key,
      One<LabelSelector.Operator> operator,
      Many<String> values) {}

  private static Fallback written(String yaml) {
    return new Fallback.Written(yaml);
  }

  private static <T> Map<String, T> words(T[] values, Function<T, String> word) {
    Map<String, T> words = new LinkedHashMap<>();
    Arrays.stream(values).forEach(value -> words.put(word.apply(value), value));
    return words;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Map<String, System.Logger.Level> levels() {
    Map<String, System.Logger.Level> levels = new LinkedHashMap<>();
    levels.put("debug", System.Logger.Level.DEBUG);
    levels.put("info", System.Logger.Level.INFO);
    levels.put("warn", System.Logger.Level.WARNING);
    levels.put("error", System.Logger.Level.ERROR);
    return levels;
  }
}
