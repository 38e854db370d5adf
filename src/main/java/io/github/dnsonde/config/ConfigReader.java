package io.github.dnsonde.config;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.config.Section.Reading;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.yaml.snakeyaml.nodes.Node;

/**
 * From the tree of one file to {@link Config}, in two steps: everything is read and held against
 * everything else, and every mistake noted; records are made only when there was none.
 */
final class ConfigReader {

  private final Mistakes mistakes;
  private final Section root;

  private ConfigReader(Mistakes mistakes, Section root) {
    this.mistakes = mistakes;
    this.root = root;
  }

  /**
   * Reads one file's content.
   *
   * @param file its name, for mistakes
   */
  static Config read(String file, ByteBuffer content, Map<String, String> environment)
      throws ConfigException {
    Mistakes mistakes = new Mistakes(file);
    Optional<Node> document = YamlText.compose(content, mistakes);
    mistakes.raise();
    Section root = Section.root(new Reading(environment, mistakes), document);
    return new ConfigReader(mistakes, root).read();
  }

  private Config read() throws ConfigException {
    Value<Config.Mode> mode = root.one(Keys.MODE);
    Supplier<Vantage> vantage = vantage(root.section("vantage"));
    Supplier<Config.Cluster> cluster = cluster(root.section("cluster"));
    Value<Optional<Path>> kubeconfig = root.section("kubernetes").one(Keys.KUBECONFIG);
    Supplier<Config.Namespaces> namespaces = asked(root.section("namespaces"));
    Supplier<Config.Pods> pods = pods(root.section("pods"));
    Supplier<Config.Servers> servers = servers();
    List<Supplier<Question>> questions = questions();
    Section schedule = root.section("schedule");
    Section budget = schedule.section("budget");
    Supplier<Pace> pace = pace(schedule, budget.one(Keys.BUDGET_NODE));
    Value<Integer> clusterBudget = budget.one(Keys.BUDGET_CLUSTER);
    Supplier<Config.Http> http = http(root.section("http"));
    Supplier<Config.Metrics> metrics = metrics(root.section("metrics"));
    Supplier<Config.Logging> logging = logging(root.section("logging"));
    Supplier<Config.ProbePods> probePods = probePods(root.section("probe-pods"));
    mistakes.raise();
    return new Config(
        mode.get(),
        vantage.get(),
        cluster.get(),
        new Config.Kubernetes(kubeconfig.get()),
        namespaces.get(),
        pods.get(),
        servers.get(),
        all(questions),
        pace.get(),
        clusterBudget.get(),
        http.get(),
        metrics.get(),
        logging.get(),
        probePods.get());
  }

  private static Supplier<Vantage> vantage(Section at) {
    Value<String> namespace = at.one(Keys.VANTAGE_NAMESPACE);
    Value<String> workload = at.one(Keys.VANTAGE_WORKLOAD);
    Value<String> pod = at.one(Keys.VANTAGE_POD);
    Value<String> node = at.one(Keys.VANTAGE_NODE);
    return () -> new Vantage(namespace.get(), workload.get(), pod.get(), node.get(), Vantage.ANY);
  }

  private static Supplier<Config.Cluster> cluster(Section at) {
    List<Value<InetAddress>> dns = at.many(Keys.CLUSTER_DNS);
    Section kubeDns = at.section("kube-dns");
    Value<String> namespace = kubeDns.one(Keys.KUBE_DNS_NAMESPACE);
    Value<String> service = kubeDns.one(Keys.KUBE_DNS_SERVICE);
    Value<Boolean> endpoints = kubeDns.one(Keys.KUBE_DNS_ENDPOINTS);
    Section nodeLocal = at.section("node-local-dns");
    Value<InetAddress> address = nodeLocal.one(Keys.NODE_LOCAL_ADDRESS);
    Supplier<LabelSelector> pods = selector(nodeLocal.section("selector"), Keys.NODE_LOCAL_PODS);
    Value<Boolean> interception = at.one(Keys.DETECT_INTERCEPTION);
    return () ->
        new Config.Cluster(
            all(dns),
            new Config.KubeDns(namespace.get(), service.get(), endpoints.get()),
            new Config.NodeLocalDns(address.get(), pods.get()),
            interception.get());
  }

  private static Supplier<Config.Namespaces> asked(Section at) {
    return namespaces(
        at.many(Keys.NAMESPACES_INCLUDE),
        at.many(Keys.NAMESPACES_EXCLUDE),
        selector(at.section("selector"), Keys.NAMESPACES_SELECTOR));
  }

  private static Supplier<Config.Namespaces> namespaces(
      List<Value<Glob>> include, List<Value<Glob>> exclude, Supplier<LabelSelector> selector) {
    return () -> new Config.Namespaces(all(include), all(exclude), selector.get());
  }

  private static Supplier<Config.Pods> pods(Section at) {
    Supplier<LabelSelector> preferred = selector(at.section("preferred"), Keys.PODS_PREFERRED);
    List<Value<Glob>> foreignKernels = at.many(Keys.FOREIGN_KERNELS);
    List<Value<Path>> networkNamespaces = at.many(Keys.NETWORK_NAMESPACES);
    return () -> new Config.Pods(preferred.get(), all(foreignKernels), all(networkNamespaces));
  }

  private static Supplier<LabelSelector> selector(Section at, Keys.Selector keys) {
    Supplier<Labels> labels = labels(at.pairs(keys.matchLabels()));
    List<Supplier<LabelSelector.Requirement>> requirements = new ArrayList<>();
    for (Section each : at.maps(keys.matchExpressions())) {
      requirements.add(requirement(each, keys));
    }
    return () -> new LabelSelector(labels.get().values(), all(requirements));
  }

  private static Supplier<Labels> labels(Map<String, Value<String>> pairs) {
    return () -> {
      Map<String, String> labels = new LinkedHashMap<>();
      pairs.forEach((key, value) -> labels.put(key, value.get()));
      return new Labels(labels);
    };
  }

  private static Supplier<LabelSelector.Requirement> requirement(Section at, Keys.Selector keys) {
    Value<String> key = at.one(keys.key());
    Value<LabelSelector.Operator> operator = at.one(keys.operator());
    List<Value<String>> values = at.many(keys.values());
    operator
        .sound()
        .filter(sound -> sound.takesValues() == values.isEmpty())
        .ifPresent(
            sound ->
                at.mistake(
                    at.line(),
                    at.path() + ".values",
                    values.isEmpty() ? "nothing" : "values",
                    sound.takesValues()
                        ? "at least one value for operator " + sound.word()
                        : "no values for operator " + sound.word()));
    return () -> new LabelSelector.Requirement(key.get(), operator.get(), Set.copyOf(all(values)));
  }

  private Supplier<Config.Servers> servers() {
    if (root.says(Keys.SERVERS)) {
      return Config.Servers.Auto::new;
    }
    List<Supplier<Server>> listed = listedServers();
    return () -> new Config.Servers.Listed(all(listed));
  }

  private List<Supplier<Server>> listedServers() {
    List<Supplier<Server>> servers = new ArrayList<>();
    Map<String, Integer> names = new HashMap<>();
    for (Section at : root.maps(Keys.SERVERS)) {
      Value<String> name = at.one(Keys.SERVER_NAME);
      Value<InetAddress> address = at.one(Keys.SERVER_ADDRESS);
      Value<Integer> port = at.one(Keys.SERVER_PORT);
      name.sound().ifPresent(sound -> once(at, "name", name.line(), sound, names));
      servers.add(() -> new Server(name.get(), address.get(), port.get()));
    }
    return servers;
  }

  private List<Supplier<Question>> questions() {
    List<Supplier<Question>> questions = new ArrayList<>();
    Map<String, Integer> asked = new HashMap<>();
    for (Section at : root.maps(Keys.QUESTIONS)) {
      Value<String> name = at.one(Keys.QUESTION_NAME);
      Value<RecordType> type = at.one(Keys.QUESTION_TYPE);
      List<Value<Transport>> transports = at.many(Keys.QUESTION_TRANSPORTS);
      Optional<Value<Scope>> scope = at.given(Keys.QUESTION_SCOPE);
      Supplier<Expectation> expected = expectation(at.section("expect"), type);
      for (Value<Transport> transport : transports) {
        asks(name, type, transport).ifPresent(what -> once(at, "", at.line(), what, asked));
        questions.add(
            () ->
                new Question(
                    name.get(),
                    type.get(),
                    transport.get(),
                    scope.map(Value::get).orElseGet(() -> Scope.of(name.get())),
                    expected.get()));
      }
    }
    return questions;
  }

  /** What would be asked; names are compared without regard to case (RFC 4343). */
  private static Optional<String> asks(
      Value<String> name, Value<RecordType> type, Value<Transport> transport) {
    return name.sound()
        .flatMap(
            n ->
                type.sound()
                    .flatMap(
                        t ->
                            transport
                                .sound()
                                .map(
                                    by ->
                                        String.join(
                                            " ",
                                            n.toLowerCase(Locale.ROOT),
                                            t.name(),
                                            by.label()))));
  }

  private static Supplier<Expectation> expectation(Section at, Value<RecordType> type) {
    Value<Keys.Rcode> rcode = at.one(Keys.EXPECT_RCODE);
    List<Value<Cidr>> cidrs = at.many(Keys.EXPECT_CIDRS);
    Value<Boolean> truncated = at.one(Keys.EXPECT_TRUNCATED);
    if (rcode.sound().equals(Optional.of(Keys.Rcode.NXDOMAIN))) {
      nothingBeside(at, rcode, cidrs, truncated);
    } else {
      type.sound().ifPresent(sound -> fit(at, sound, cidrs));
    }
    return () ->
        switch (rcode.get()) {
          case NOERROR -> new Expectation.Records(all(cidrs), truncated.get());
          case NXDOMAIN -> new Expectation.NoSuchName();
        };
  }

  /** A name that must not exist has no addresses and nothing to cut short. */
  private static void nothingBeside(
      Section at, Value<Keys.Rcode> rcode, List<Value<Cidr>> cidrs, Value<Boolean> truncated) {
    String expected = "nothing beside expect.rcode " + rcode.shown();
    if (!cidrs.isEmpty()) {
      at.mistake(cidrs.getFirst().line(), at.path() + ".cidrs", "addresses", expected);
    }
    if (truncated.sound().equals(Optional.of(true))) {
      at.mistake(truncated.line(), at.path() + ".truncated", "'true'", expected);
    }
  }

  /** Blocks of the other family, or for a type that holds no address, could never be met. */
  private static void fit(Section at, RecordType type, List<Value<Cidr>> cidrs) {
    for (int i = 0; i < cidrs.size(); i++) {
      Value<Cidr> cidr = cidrs.get(i);
      if (cidr.sound().filter(block -> !fits(type, block)).isPresent()) {
        at.mistake(
            cidr.line(),
            at.path() + ".cidrs[" + i + "]",
            Mistakes.quoted(cidr.text()),
            type.holdsAddress()
                ? "an IPv" + (type == RecordType.A ? 4 : 6) + " block for type " + type
                : "no addresses for type " + type);
      }
    }
  }

  private static boolean fits(RecordType type, Cidr block) {
    return type.holdsAddress() && block.base() instanceof Inet4Address == (type == RecordType.A);
  }

  private Supplier<Pace> pace(Section at, Value<Integer> budget) {
    Value<Duration> period = at.one(Keys.PERIOD);
    Value<Duration> timeout = at.one(Keys.TIMEOUT);
    Value<Duration> late = at.one(Keys.LATE);
    Value<Integer> inFlight = at.one(Keys.IN_FLIGHT);
    lateWithin(late, timeout);
    return () -> new Pace(period.get(), timeout.get(), late.get(), inFlight.get(), budget.get());
  }

  private void lateWithin(Value<Duration> late, Value<Duration> timeout) {
    if (late.sound().isEmpty()
        || timeout.sound().isEmpty()
        || late.get().compareTo(timeout.get()) <= 0) {
      return;
    }
    if (late.given()) {
      mistakes.add(
          late.line(),
          Keys.LATE.path(),
          Mistakes.quoted(late.text()),
          "at most " + Keys.TIMEOUT.path() + ", " + timeout.shown());
    } else {
      mistakes.add(
          timeout.line(),
          Keys.TIMEOUT.path(),
          Mistakes.quoted(timeout.text()),
          "at least " + Keys.LATE.path() + ", " + late.shown());
    }
  }

  private Supplier<Config.Http> http(Section at) {
    Value<InetSocketAddress> metrics = at.one(Keys.HTTP_METRICS);
    Value<Optional<InetSocketAddress>> health = at.one(Keys.HTTP_HEALTH);
    Value<InetSocketAddress> api = at.one(Keys.HTTP_API);
    Listened onMetrics = new Listened(Keys.HTTP_METRICS, metrics, metrics.sound());
    Listened onHealth =
        new Listened(Keys.HTTP_HEALTH, health, health.sound().flatMap(where -> where));
    Listened onApi = new Listened(Keys.HTTP_API, api, api.sound());
    apart(onMetrics, onApi);
    apart(onMetrics, onHealth);
    apart(onApi, onHealth);
    Supplier<Optional<Config.Tls>> tls = tls(at.section("tls"));
    Value<Optional<Path>> token = at.one(Keys.HTTP_BEARER_TOKEN_FILE);
    return () -> new Config.Http(metrics.get(), health.get(), tls.get(), token.get(), api.get());
  }

  /** A key, what was read for it, and the address that this means. */
  private record Listened(Key<?> key, Value<?> value, Optional<InetSocketAddress> address) {}

  private void apart(Listened first, Listened second) {
    boolean clash =
        first.address().isPresent()
            && second.address().isPresent()
            && clash(first.address().get(), second.address().get());
    if (clash) {
      boolean secondGiven = second.value().given();
      Listened here = secondGiven ? second : first;
      Listened there = secondGiven ? first : second;
      mistakes.add(
          here.value().line(),
          here.key().path(),
          Mistakes.quoted(here.value().text()),
          "another port than " + there.key().path() + ", " + there.value().shown());
    }
  }

  private Supplier<Optional<Config.Tls>> tls(Section at) {
    Value<Optional<Path>> certificate = at.one(Keys.HTTP_TLS_CERTIFICATE);
    Value<Optional<Path>> key = at.one(Keys.HTTP_TLS_KEY);
    notAlone(at, Keys.HTTP_TLS_KEY, key, certificate);
    notAlone(at, Keys.HTTP_TLS_CERTIFICATE, certificate, key);
    return () -> certificate.get().map(file -> new Config.Tls(file, key.get().orElseThrow()));
  }

  private void notAlone(
      Section at, Key<?> missing, Value<Optional<Path>> value, Value<Optional<Path>> other) {
    if (value.sound().filter(Optional::isEmpty).isPresent()
        && other.sound().filter(Optional::isPresent).isPresent()) {
      mistakes.add(
          value.given() ? value.line() : at.line(),
          missing.path(),
          "nothing",
          "the path of a file, as the certificate and its key are given together or not at all");
    }
  }

  private static boolean clash(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() != 0
        && one.getPort() == other.getPort()
        && (one.getAddress().isAnyLocalAddress()
            || other.getAddress().isAnyLocalAddress()
            || one.getAddress().equals(other.getAddress()));
  }

  private static Supplier<Config.Metrics> metrics(Section at) {
    Value<Config.Histograms> histograms = at.one(Keys.METRICS_HISTOGRAMS);
    Value<Duration> retention = at.one(Keys.METRICS_RETENTION);
    return () -> new Config.Metrics(histograms.get(), retention.get());
  }

  private static Supplier<Config.Logging> logging(Section at) {
    Value<Config.LogFormat> format = at.one(Keys.LOGGING_FORMAT);
    Value<System.Logger.Level> level = at.one(Keys.LOGGING_LEVEL);
    return () -> new Config.Logging(format.get(), level.get());
  }

  private static Supplier<Config.ProbePods> probePods(Section at) {
    Section where = at.section("namespaces");
    List<Value<Glob>> include = where.many(Keys.PROBE_PODS_INCLUDE);
    Supplier<Config.Namespaces> namespaces =
        namespaces(
            include,
            where.many(Keys.PROBE_PODS_EXCLUDE),
            selector(where.section("selector"), Keys.PROBE_PODS_SELECTOR));
    Value<Optional<String>> image = at.one(Keys.PROBE_PODS_IMAGE);
    if (!include.isEmpty() && image.sound().filter(Optional::isEmpty).isPresent()) {
      at.mistake(
          image.given() ? image.line() : at.line(),
          Keys.PROBE_PODS_IMAGE.path(),
          "nothing",
          Keys.PROBE_PODS_IMAGE.kind().expected());
    }
    Map<String, Value<String>> labels = at.pairs(Keys.PROBE_PODS_LABELS);
    labels.forEach((key, value) -> mayCarry(at, key, value));
    Value<Duration> period = at.one(Keys.PROBE_PODS_PERIOD);
    return () ->
        new Config.ProbePods(namespaces.get(), image.get(), labels(labels).get(), period.get());
  }

  private static void mayCarry(Section at, String key, Value<String> value) {
    if (!ProbeDeployment.mayCarry(key)) {
      at.mistake(
          value.line(),
          Keys.PROBE_PODS_LABELS.path() + "." + key,
          "a label that says whose the pod is",
          "one that policies select by");
    }
  }

  private static void once(
      Section at, String key, int line, String what, Map<String, Integer> lines) {
    Integer first = lines.putIfAbsent(what, line);
    if (first != null) {
      at.mistake(
          line,
          key.isEmpty() ? at.path() : at.path() + "." + key,
          Mistakes.quoted(what) + " again",
          "each only once (first on line " + first + ")");
    }
  }

  private static <T> List<T> all(List<? extends Supplier<T>> values) {
    return values.stream().<T>map(Supplier::get).toList();
  }
}
