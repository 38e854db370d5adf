package io.github.dnsonde.chart;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.testkit.Markdown;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Checks the rendered configuration as the agent reads it. */
class ConfigurationTest {

  /** A key in the reference of docs/configuration.md. */
  private static final Pattern RESTART =
      Pattern.compile("(?m)^- `([^`]+)` .*Takes effect after a restart[.]$");

  /** Values that change each of the keys that take effect after a restart. */
  private static final Map<String, String> CHANGES =
      Map.ofEntries(
          Map.entry("mode", "mode: self"),
          Map.entry(
              "cluster.kube-dns.namespace", "config: {cluster: {kube-dns: {namespace: dns}}}"),
          Map.entry("cluster.kube-dns.service", "config: {cluster: {kube-dns: {service: dns}}}"),
          Map.entry(
              "cluster.detect-interception", "config: {cluster: {detect-interception: false}}"),
          Map.entry("kubernetes.kubeconfig", "config: {kubernetes: {kubeconfig: /etc/kubeconfig}}"),
          Map.entry("pods.network-namespaces", "networkNamespaces: [/run/netns]"),
          Map.entry("http.metrics", "metricsPort: 9153"),
          Map.entry("http.health", "healthPort: 9155"),
          Map.entry("http.tls.certificate", "config: {http: {tls: {certificate: /a}}}"),
          Map.entry("http.tls.key", "config: {http: {tls: {key: /a}}}"),
          Map.entry("http.bearer-token-file", "metrics: {bearerToken: {secretName: a}}"),
          Map.entry("http.api", "config: {http: {api: '127.0.0.1:9056'}}"),
          Map.entry("metrics.histograms", "config: {metrics: {histograms: native}}"),
          Map.entry("metrics.detail", "config: {metrics: {detail: full}}"),
          Map.entry("reports.service", "fullnameOverride: other"),
          Map.entry("reports.namespace", "controller: {namespace: other}"),
          Map.entry(
              "reports.ca-file", "{controller: {enabled: false}, config: {reports: {ca-file: a}}}"),
          Map.entry(
              "reports.token-file",
              "{controller: {enabled: false}, config: {reports: {token-file: a}}}"));

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.chart.Rendered#samples")
  void itHasNoMistakes(Path sample) throws Exception {
    int read = 0;
    for (JsonNode map : Rendered.sample(sample).all("ConfigMap")) {
      if (map.path("data").has("dnsonde.yaml")) {
        read(map);
        read++;
      }
    }
    assertNotEquals(0, read);
  }

  /** A list replaces the default one. An example that leaves out a question of it says so. */
  @Test
  void examplesHaveNoMistakesAndRepeatTheDefaultQuestions() throws Exception {
    Set<String> usual = questions(ConfigFile.withoutFile(Map.of()));
    List<String> examples =
        PageValuesTest.values().stream()
            .filter(values -> Rendered.yaml(values).path("config").has("questions"))
            .toList();
    assertNotEquals(List.of(), examples);
    for (String example : examples) {
      Config config = read(Rendered.with(example).named("ConfigMap", "rel-dnsonde"));
      Set<String> missing = new TreeSet<>(usual);
      missing.removeAll(questions(config));
      missing.removeIf(name -> example.contains("instead of " + name));
      assertEquals(Set.of(), missing, example);
    }
  }

  private static Set<String> questions(Config config) {
    return config.questions().stream().map(Question::name).collect(toSet());
  }

  @Test
  void eachModeIsTheChosenOne() throws Exception {
    assertEquals(
        Config.Mode.NODE, read(Rendered.with("{}").named("ConfigMap", "rel-dnsonde")).mode());
    assertEquals(Config.Mode.SELF, read(Rendered.with("mode: self").only("ConfigMap")).mode());
  }

  @Test
  void theControllerReadsWhichPodsToKeep() throws Exception {
    Config.ProbePods kept =
        read(Rendered.with(
                    "probePods:",
                    "  image: {registry: 'r.example.com:5000', repository: pause, tag: '3'}",
                    "  labels: {tier: web}",
                    "  managed: {enabled: true, period: 2m, namespaces: {include: ['*']}}")
                .named("ConfigMap", "rel-dnsonde-probe-pods"))
            .probePods();
    assertEquals(Optional.of("r.example.com:5000/pause:3"), kept.image());
    assertEquals(Map.of("tier", "web"), kept.labels().values());
    assertEquals(Duration.ofMinutes(2), kept.period());
  }

  @Test
  void agentsAndControllerAreForEachOther() throws Exception {
    Rendered rendered =
        Rendered.with("controller: {namespace: control, port: 9443}", "serviceAccount: {name: a}");
    Config.Reports reports =
        read(rendered.named("ConfigMap", "rel-dnsonde")).reports().orElseThrow();
    Config.Controller controller =
        read(rendered.named("ConfigMap", "rel-dnsonde-controller")).controller();
    assertEquals("rel-dnsonde-controller.control.svc", reports.serverName());
    assertEquals(reports.serverName(), controller.serverName());
    assertEquals(9443, controller.listen().getPort());
    assertEquals("dns-watch/a", controller.agents().toString());
    assertEquals(
        new Config.Certificates(
            "rel-dnsonde-controller", "rel-dnsonde-controller-ca", Optional.empty()),
        controller.certificates());
  }

  @Test
  void theUsersKeysAndTheChartsAreUnchanged() throws Exception {
    Config config =
        read(
            Rendered.with(
                    "metricsPort: 9153",
                    "healthPort: 9154",
                    "networkNamespaces: [/a, /b]",
                    "config:",
                    "  pods: {foreign-kernels: [x*]}",
                    "  http: {api: '127.0.0.1:9155'}",
                    "  schedule: {period: 30s, budget: {cluster: 1000000}}")
                .named("ConfigMap", "rel-dnsonde"));
    assertEquals(9153, config.http().metrics().getPort());
    assertEquals(9155, config.http().api().getPort());
    assertEquals(Optional.of(9154), config.http().health().map(InetSocketAddress::getPort));
    assertEquals(Optional.empty(), config.http().tls());
    assertEquals(Optional.empty(), config.http().bearerTokenFile());
    assertEquals(List.of(Path.of("/a"), Path.of("/b")), config.pods().networkNamespaces());
    assertEquals(1, config.pods().foreignKernels().size());
    assertEquals(1_000_000, config.clusterBudget());
    assertEquals(Duration.ofSeconds(30), config.pace().period());
  }

  private Config read(JsonNode map) throws IOException, ConfigException {
    String text = map.path("data").path("dnsonde.yaml").asString();
    return ConfigFile.read(Files.writeString(folder.resolve("dnsonde.yaml"), text), Map.of());
  }

  @Test
  void theTemplateListsTheKeysThatTakeEffectAfterARestart() throws IOException {
    String template = Files.readString(Path.of("chart/templates/_config.tpl"));
    Matcher list = Pattern.compile("\\$path := list ([^}]*?) -}}").matcher(template);
    assertTrue(list.find(), "_config.tpl has no list of paths");
    Set<String> listed =
        Pattern.compile("\"([^\"]+)\"")
            .matcher(list.group(1))
            .results()
            .map(path -> path.group(1))
            .collect(toSet());
    assertEquals(fixedAtStart(), listed);
  }

  private static Set<String> fixedAtStart() throws IOException {
    return RESTART
        .matcher(Markdown.unwrapped(Files.readString(Path.of("docs/configuration.md"))))
        .results()
        .map(row -> row.group(1))
        .collect(toSet());
  }

  @Test
  void aKeyThatTakesEffectAfterARestartRollsThePods() throws IOException {
    assertEquals(fixedAtStart(), CHANGES.keySet());
    String before = checksum("{}");
    CHANGES.forEach((key, values) -> assertNotEquals(before, checksum(values), key));
    assertEquals(
        CHANGES.size(),
        CHANGES.values().stream().map(ConfigurationTest::checksum).distinct().count());
  }

  @Test
  void anyOtherKeyIsReloadedAndRollsNoPods() {
    assertEquals(
        checksum("{}"),
        checksum(
            "config: {schedule: {period: 5s}, logging: {level: debug},"
                + " cluster: {dns: [10.96.0.10], kube-dns: {endpoints: true}},"
                + " metrics: {retention: 5m}, servers: [{name: a, address: 192.0.2.1}]}"));
  }

  private static String checksum(String values) {
    return Rendered.with(values)
        .agent()
        .at("/spec/template/metadata/annotations/checksum~1restart")
        .asString();
  }
}
