package io.github.dnsonde.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.Key;
import io.github.dnsonde.config.yaml.Key.Row;
import io.github.dnsonde.config.yaml.Mistake;
import io.github.dnsonde.config.yaml.TimeSpan;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.LookupQuestion;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  @TempDir Path folder;

  @Test
  void defaultsAreThese() throws ConfigException {
    Question internal =
        new Question(
            "kubernetes.default.svc.cluster.local.",
            RecordType.A,
            Transport.UDP,
            Scope.INTERNAL,
            Expectation.ANY_RECORD);
    Question external =
        new Question(
            "example.com.", RecordType.A, Transport.UDP, Scope.EXTERNAL, Expectation.ANY_RECORD);
    assertEquals(
        new Config(
            Config.Mode.SELF,
            new Vantage("default", "self", "", "", Vantage.ANY),
            new Config.Cluster(
                List.of(),
                new Config.KubeDns("kube-system", "kube-dns", false),
                new Config.NodeLocalDns(
                    address("169.254.20.10"),
                    LabelSelector.of(Map.of("k8s-app", "node-local-dns"))),
                true,
                Optional.empty(),
                Config.Canary.NONE,
                false),
            new Config.Kubernetes(Optional.empty()),
            new Config.Namespaces(List.of(Glob.of("*")), List.of(), LabelSelector.EVERYTHING),
            new Config.Pods(
                LabelSelector.of(Map.of("dnsonde.github.io/probe-pod", "true")),
                20,
                Stream.of("kata*", "gvisor*", "runsc*", "*firecracker*").map(Glob::of).toList(),
                List.of(Path.of("/var/run/netns"))),
            new Config.Servers.Auto(),
            List.of(internal, overTcp(internal), external, overTcp(external)),
            List.of(),
            List.of(),
            new Pace(
                Duration.ofSeconds(10), Duration.ofMillis(7_500), Duration.ofSeconds(5), 512, 50),
            1_000,
            Config.Http.plain(
                new InetSocketAddress(9053), new InetSocketAddress(address("127.0.0.1"), 9054)),
            new Config.Metrics(
                Config.Histograms.BOTH, Config.Detail.CORE, true, Duration.ofMinutes(2)),
            new Config.Logging(Config.LogFormat.LOGFMT, System.Logger.Level.INFO),
            new Config.ProbePods(
                new Config.Namespaces(List.of(), List.of(), LabelSelector.EVERYTHING),
                Optional.empty(),
                Labels.NONE,
                Duration.ofMinutes(1)),
            Optional.empty(),
            new Config.Controller(
                new InetSocketAddress(9056),
                new NamespacedName("default", "dnsonde-controller"),
                new NamespacedName("default", "dnsonde"),
                new Config.Certificates(
                    "dnsonde-controller", "dnsonde-controller-ca", Optional.empty()),
                false,
                3,
                new Config.Admission(
                    Config.Admission.Strictness.OFF,
                    new InetSocketAddress(9057),
                    false,
                    Config.Admission.Overriding.ANYONE,
                    LabelSelector.EVERYTHING,
                    "dnsonde-controller",
                    "dnsonde-controller-admission"),
                Optional.empty())),
        defaults());
  }

  @Test
  void paceHasOneDefaultEverywhere() throws ConfigException {
    assertEquals(Pace.DEFAULT, defaults().pace());
  }

  @Test
  void everyKeyIsReadBack() throws ConfigException {
    Config config = ConfigFile.read(Path.of("src/test/resources/config/every-key.yaml"), Map.of());
    assertEquals(
        new Config(
            Config.Mode.NODE,
            new Vantage("shop", "checkout", "checkout-5d9f", "worker-3", Vantage.ANY),
            new Config.Cluster(
                List.of(address("10.0.0.10"), address("fd00::a")),
                new Config.KubeDns("openshift-dns", "dns-default", true),
                new Config.NodeLocalDns(
                    address("169.254.25.10"),
                    new LabelSelector(
                        Map.of("app", "cache"),
                        List.of(
                            new Requirement("tier", Operator.IN, Set.of("a", "b")),
                            new Requirement(
                                "example.com/old", Operator.DOES_NOT_EXIST, Set.of())))),
                false,
                Optional.of("example.com/team"),
                new Config.Canary(true, Optional.of("canary.example.com.")),
                true),
            new Config.Kubernetes(Optional.of(Path.of("/etc/kubeconfig"))),
            new Config.Namespaces(
                List.of(Glob.of("shop"), Glob.of("team-*")),
                List.of(Glob.of("team-x")),
                LabelSelector.of(Map.of("env", "prod"))),
            new Config.Pods(
                LabelSelector.of(Map.of("probe", "yes")),
                5,
                List.of(Glob.of("vm-*")),
                List.of(Path.of("/run/netns"), Path.of("/var/run/docker/netns"))),
            new Config.Servers.Listed(
                List.of(
                    new Server("kube-dns", address("10.0.0.10"), 5353),
                    new Server("six", address("fd00::a"), 53))),
            List.of(
                new Question(
                    "Shop.Svc.Cluster.Local.",
                    RecordType.AAAA,
                    Transport.TCP,
                    Scope.INTERNAL,
                    new Expectation.Records(
                        List.of(Cidr.parse("fd00::/8"), Cidr.parse("2001:db8::1/128")), true)),
                new Question(
                    "nobody.example.com.",
                    RecordType.A,
                    Transport.TCP,
                    Scope.INTERNAL,
                    new Expectation.NoSuchName()),
                new Question(
                    "nobody.example.com.",
                    RecordType.A,
                    Transport.UDP,
                    Scope.INTERNAL,
                    new Expectation.NoSuchName()),
                new Question(
                    ".",
                    RecordType.NS,
                    Transport.UDP,
                    Scope.EXTERNAL,
                    new Expectation.Records(List.of(), true))),
            List.of(new LookupQuestion("nobody.example.com", ResolverKind.MUSL)),
            List.of(
                new TrialQuestion(".", RecordType.NS, Scope.EXTERNAL, TrialQuestion.Kind.LARGE),
                new TrialQuestion(".", RecordType.NS, Scope.EXTERNAL, TrialQuestion.Kind.FRESH)),
            new Pace(
                Duration.ofSeconds(90), Duration.ofSeconds(8), Duration.ofMillis(1_500), 64, 200),
            5_000,
            new Config.Http(
                new InetSocketAddress(address("::1"), 0),
                Optional.of(new InetSocketAddress(address("127.0.0.1"), 8081)),
                Optional.of(
                    new Config.Tls(Path.of("/etc/tls/tls.crt"), Path.of("/etc/tls/tls.key"))),
                Optional.of(Path.of("/etc/token")),
                new InetSocketAddress(8080)),
            new Config.Metrics(Config.Histograms.NATIVE, Config.Detail.CORE, true, Duration.ZERO),
            new Config.Logging(Config.LogFormat.JSON, System.Logger.Level.DEBUG),
            new Config.ProbePods(
                new Config.Namespaces(
                    List.of(Glob.of("team-*")),
                    List.of(Glob.of("team-y")),
                    LabelSelector.of(Map.of("probed", "yes"))),
                Optional.of("registry.example.com:5000/base/pause:3.10"),
                new Labels(Map.of("example.com/egress", "none")),
                Duration.ofSeconds(30)),
            Optional.of(
                new Config.Reports(
                    new NamespacedName("watch", "board"),
                    Path.of("/etc/board/ca.crt"),
                    Path.of("/run/board/token"))),
            new Config.Controller(
                new InetSocketAddress(address("127.0.0.1"), 8443),
                new NamespacedName("control", "board"),
                new NamespacedName("watch", "agent"),
                new Config.Certificates("keys", "authorities", Optional.of(Path.of("/etc/own"))),
                true,
                5,
                new Config.Admission(
                    Config.Admission.Strictness.DENY,
                    new InetSocketAddress(address("127.0.0.1"), 8444),
                    true,
                    Config.Admission.Overriding.REVIEWED,
                    LabelSelector.of(Map.of("tenant", "true")),
                    "hooks",
                    "beat"),
                Optional.of(
                    new Config.Prometheus(
                        URI.create("https://prometheus.example.com/tenant"),
                        Optional.of(Path.of("/run/prometheus/token")),
                        Optional.of(Path.of("/etc/prometheus/ca.crt")),
                        Map.of("X-Scope-OrgID", "platform"),
                        Map.of("cluster", "a"))))),
        config);
  }

  @Test
  void theFileOfEveryKeyNamesEveryKey() throws IOException {
    String text = Files.readString(Path.of("src/test/resources/config/every-key.yaml"));
    for (Row row : RootSection.SECTION.rows()) {
      assertTrue(text.contains(row.key().name() + ":"), "every-key.yaml lacks " + row.path());
    }
  }

  @Test
  void everyDeclaredKeyIsReadByItsSection() throws Exception {
    int keys = 0;
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/github/dnsonde/config"))) {
      for (Path file :
          files.filter(section -> section.toString().endsWith("Section.java")).toList()) {
        String text = Files.readString(file);
        String type = file.getFileName().toString().replace(".java", "");
        for (Field field : Class.forName("io.github.dnsonde.config." + type).getDeclaredFields()) {
          if (isKeyOfAnother(field)) {
            Pattern read = Pattern.compile("\\b(get|given|of)\\(" + field.getName() + "\\)");
            assertTrue(read.matcher(text).find(), type + " does not read " + field.getName());
            keys++;
          }
        }
      }
    }
    assertTrue(keys > 40, "only " + keys + " keys were found");
  }

  /** Returns whether a key is a section within another, which is read there. */
  private static boolean isKeyOfAnother(Field field) {
    return Key.class.isAssignableFrom(field.getType())
        && !List.of("SECTION", "ITEM", "LIST", "REQUIREMENT").contains(field.getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing\n", "---\n", "--- {}\n", "\uFEFF# BOM\n", "~\n"})
  void anEmptyFileMeansDefaults(String text) throws Exception {
    assertEquals(defaults(), read(text));
  }

  @Test
  void aMissingFileArgumentAlsoMeansDefaults() throws Exception {
    assertEquals(read(""), ConfigFile.withoutFile(Map.of()));
  }

  @Test
  void theEnvironmentNamesTheVantage() throws ConfigException {
    Map<String, String> environment =
        Map.of(
            "POD_NAMESPACE",
            "shop",
            "POD_NAME",
            "dnsonde-x7k2p",
            "NODE_NAME",
            "n1",
            "WORKLOAD",
            "w");
    assertEquals(
        new Vantage("shop", "w", "dnsonde-x7k2p", "n1", Vantage.ANY),
        ConfigFile.withoutFile(environment).vantage());
  }

  @Test
  void theFileOverridesTheEnvironment() throws Exception {
    Path file = Files.writeString(folder.resolve("dnsonde.yaml"), "vantage: {namespace: file}\n");
    assertEquals(
        "file",
        ConfigFile.read(file, Map.of("POD_NAMESPACE", "environment")).vantage().namespace());
  }

  @Test
  void anEmptyVariableIsIgnored() throws ConfigException {
    assertEquals(defaults(), ConfigFile.withoutFile(Map.of("POD_NAMESPACE", "", "WORKLOAD", "")));
  }

  @Test
  void aMistakeInTheEnvironmentNamesTheVariable() {
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> ConfigFile.withoutFile(Map.of("NODE_NAME", "Node 1")));
    assertEquals(
        "environment: NODE_NAME: found 'Node 1', expected a name of at most 253 characters a-z,"
            + " 0-9, '-' and '.', with a letter or digit first and last, such as worker-1",
        said(e));
  }

  @ParameterizedTest
  @CsvSource({
    "1s, 1000",
    "250ms, 250",
    "1m30s, 90000",
    "1h, 3600000",
    "59m60s, 3600000",
    "0h1s, 1000",
    "500ms, 500",
    "1m1ms, 60001"
  })
  void durationsAddUp(String text, long millis) throws Exception {
    TimeSpan any = new TimeSpan(Duration.ZERO, Duration.ofHours(1));
    assertEquals(Duration.ofMillis(millis), any.read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s", "10 s", "1.5s", "10S", "1s1m", "ms", "1s1s", "٣s", "9999999999s", "+1s"})
  void textThatOnlyLooksLikeADurationIsRefused(String text) {
    TimeSpan any = new TimeSpan(Duration.ZERO, Duration.ofHours(1));
    assertThrows(InvalidValue.class, () -> any.read(text), text + " was read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1s", "1h"})
  void rangesIncludeTheirEnds(String period) throws Exception {
    assertEquals(period, shown(read("schedule: {period: " + period + "}\n").pace().period()));
  }

  @Test
  void anchorsAliasesAndMergesWork() throws Exception {
    Config config =
        read(
            """
            questions:
              - &first
                name: example.com.
                transports: [udp]
                expect: &strict {cidrs: [192.0.2.0/24]}
              - <<: *first
                name: example.org.
              - name: example.net.
                expect: *strict
            """);
    assertEquals(
        List.of("example.com.", "example.org.", "example.net.", "example.net."),
        config.questions().stream().map(Question::name).toList());
    assertEquals(
        List.of(new Expectation.Records(List.of(Cidr.parse("192.0.2.0/24")), false)),
        config.questions().stream().map(Question::expected).distinct().toList());
  }

  @Test
  void aDocumentThatContainsItselfEnds() throws Exception {
    assertEquals(
        "dnsonde.yaml:1: schedule.schedule: found an unknown key, expected one of period, timeout,"
            + " late, in-flight, budget",
        complaint("schedule: &loop {schedule: *loop}\n"));
  }

  @Test
  void tooManyAliasesAreRefused() throws Exception {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 100; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9)));
    }
    assertEquals(
        "dnsonde.yaml: found YAML that is refused (Number of aliases for non-scalar nodes exceeds"
            + " the specified max=50), expected less nesting and fewer aliases",
        complaint(bomb.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- "})
  void deepNestingIsRefused(String open) throws Exception {
    assertEquals(
        "dnsonde.yaml: found YAML that is refused (Nesting Depth exceeded max 20), expected less"
            + " nesting and fewer aliases",
        complaint(open.repeat(50_000)));
  }

  @Test
  void aLargeFileIsRefused() throws Exception {
    Path file = folder.resolve("dnsonde.yaml");
    Files.write(file, new byte[10_000_000]);
    assertEquals(
        file + ": found more than 1 MiB, expected a file of at most 1 MiB", complaint(file));
  }

  @Test
  void aFileAsLargeAsAConfigMapIsRead() throws Exception {
    String comment = "# " + "x".repeat(1_021) + "\n";
    assertEquals(defaults(), read(comment.repeat(1_024)));
  }

  @Test
  void aMissingFileIsReportedAsMissing() {
    Path file = folder.resolve("none.yaml");
    assertEquals(file + ": found no such file, expected a readable file", complaint(file));
  }

  @Test
  void aDirectoryIsRefused() {
    assertEquals(folder + ": found a directory, expected a readable file", complaint(folder));
  }

  @Test
  void aDeviceIsRefused() {
    assertEquals(
        "/dev/zero: found something other than a regular file, expected a readable file",
        complaint(Path.of("/dev/zero")));
  }

  @Test
  void aFileWithoutPermissionIsReportedAsSuch() throws IOException {
    Path file = Files.writeString(folder.resolve("secret.yaml"), "mode: self\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "needs a user without root's privileges");
    assertEquals(
        file + ": found a file that this user may not read, expected a readable file",
        complaint(file));
  }

  @Test
  void mistakesAreSortedByLine() throws Exception {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> read("logging: {level: loud}\nschedule:\n  late: x\n  period: y\nmode: z\n"));
    assertEquals(List.of(1, 3, 4, 5), e.mistakes().stream().map(Mistake::line).toList());
  }

  @Test
  void lineNumbersAreRightForAWindowsFile() throws Exception {
    assertEquals(
        "dnsonde.yaml:2: schedule.period: found 'ten', expected a duration such as 10s or 250ms",
        complaint("schedule:\r\n  period: ten\r\n"));
  }

  @Test
  void keysThatNeedARestartAreListed() throws Exception {
    Path file = Files.writeString(folder.resolve("dnsonde.yaml"), "");
    ConfigWatch watch = ConfigWatch.open(file, Map.of());
    ConfigWatch.Change.Changed changed =
        changed(
            watch,
            """
            http:
              {metrics: ":1", api: ":2", health: ":3", tls: {certificate: a, key: b}, bearer-token-file: c}
            metrics: {histograms: classic, detail: full, retention: 1s}
            logging: {level: debug}
            schedule: {period: 1s}
            """);
    assertEquals(
        List.of(
            "http.metrics",
            "http.health",
            "http.tls.certificate",
            "http.tls.key",
            "http.bearer-token-file",
            "http.api",
            "metrics.histograms",
            "metrics.detail"),
        changed.needRestart());
    assertNotEquals(changed.config(), defaults());
    assertEquals(List.of(), changed(watch, "logging: {level: debug}").needRestart());
  }

  private ConfigWatch.Change.Changed changed(ConfigWatch watch, String text) throws IOException {
    Files.writeString(folder.resolve("dnsonde.yaml"), text);
    watch.check();
    return assertInstanceOf(ConfigWatch.Change.Changed.class, watch.check());
  }

  @Test
  void aConfigWithoutServersCannotBeCreated() {
    assertThrows(IllegalArgumentException.class, () -> new Config.Servers.Listed(List.of()));
  }

  private static Config defaults() throws ConfigException {
    return ConfigFile.withoutFile(Map.of());
  }

  private Config read(String text) throws IOException, ConfigException {
    Path file = folder.resolve("dnsonde.yaml");
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    return ConfigFile.read(file, Map.of());
  }

  /** Returns the only mistake in a text, with a short file name. */
  private String complaint(String text) {
    ConfigException e = assertThrows(ConfigException.class, () -> read(text));
    return said(e).replace(folder + "/", "");
  }

  private static String complaint(Path file) {
    return said(assertThrows(ConfigException.class, () -> ConfigFile.read(file, Map.of())));
  }

  private static String said(ConfigException e) {
    return String.join("\n", e.mistakes().stream().map(Mistake::toString).toList());
  }

  private static Question overTcp(Question question) {
    return new Question(
        question.name(), question.type(), Transport.TCP, question.scope(), question.expected());
  }

  private static String shown(Duration duration) {
    return duration.toHours() == 1 ? "1h" : duration.toSeconds() + "s";
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
