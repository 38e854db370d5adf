package io.github.dnsonde.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The files next to the rules: for Alertmanager, for Loki, for a Prometheus without operator. */
class AdviceTest {

  private static final String ALERTMANAGER = "alerts/alertmanager.yaml";
  private static final Path SCRAPING = Path.of("alerts/prometheus.yaml");
  private static final Pattern ALERT = Pattern.compile("Dnsonde([A-Z]\\w+)|Dnsonde\\(([^)]+)\\)");

  @Test
  void alertmanagerTakesTheInhibitions() throws IOException {
    Optional<Path> amtool =
        Optional.ofNullable(System.getenv("DNSONDE_AMTOOL"))
            .map(Path::of)
            .or(() -> Programs.find("amtool"));
    assumeTrue(
        amtool.isPresent(), "amtool is not installed (Debian package prometheus-alertmanager)");
    String said = Commands.run(amtool.get().toString(), "check-config", ALERTMANAGER);
    assertTrue(said.contains("inhibit rules"), said);
  }

  @Test
  void inhibitionsNameAlertsThatThereAre() throws IOException {
    Set<String> known = AlertRules.read().alertNames();
    ALERT
        .matcher(AlertRules.yaml(Path.of(ALERTMANAGER)).path("inhibit_rules").toString())
        .results()
        .flatMap(found -> Pattern.compile("\\|").splitAsStream(found.group().substring(7)))
        .map(name -> "Dnsonde" + name.replaceAll("[()]", ""))
        .forEach(name -> assertTrue(known.contains(name), name));
  }

  @Test
  void lokisRulesHaveTheShapeOfRules() throws IOException {
    JsonNode rules = AlertRules.yaml(Path.of("alerts/loki.yaml")).at("/groups/0/rules");
    assertEquals(2, rules.size());
    for (JsonNode rule : rules) {
      assertTrue(rule.path("alert").asString().startsWith("DnsondeLog"));
      assertTrue(rule.path("expr").asString().contains("count_over_time("));
      assertEquals("warning", rule.at("/labels/severity").asString());
      assertEquals(
          Set.of("summary", "description", "runbook_url", "dashboard_url"),
          Set.copyOf(rule.path("annotations").propertyNames()));
    }
  }

  /** Checks the rest of the file: Debian's promtool is built without Kubernetes. */
  @Test
  void prometheusTakesTheScrapeConfig(@TempDir Path folder) throws IOException {
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(promtool.isPresent(), "promtool is not installed (Debian package prometheus)");
    JsonNode config = AlertRules.yaml(SCRAPING);
    ((ObjectNode) config.at("/scrape_configs/0")).remove("kubernetes_sd_configs");
    Files.copy(AlertRules.FILE, folder.resolve("dnsonde.yaml"));
    Path rest = folder.resolve("prometheus.yaml");
    Files.writeString(rest, YAMLMapper.shared().writeValueAsString(config));
    assertValid(promtool.get().toString(), rest);
  }

  @Test
  void prometheus3TakesAllOfTheScrapeConfig() throws IOException {
    String promtool = System.getenv("DNSONDE_PROMTOOL3");
    assumeTrue(promtool != null, "DNSONDE_PROMTOOL3 names no promtool of Prometheus 3");
    assertValid(promtool, SCRAPING);
  }

  private static void assertValid(String promtool, Path config) throws IOException {
    String said = Commands.run(promtool, "check", "config", config.toString());
    assertTrue(said.contains("1 rule files found"), said);
  }
}
