package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.demo.FakeDnsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, as a user starts it: {@code java -jar target/dnsonde.jar agent}. */
@Timeout(120)
class AgentIT {

  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final Pattern LISTENING =
      Pattern.compile("msg=listening metrics=(\\S+) api=(\\S+)");
  private static final String PROTOBUF =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private FakeDnsServer server;
  private Process agent;
  private BufferedReader log;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server =
        FakeDnsServer.start(
            InetAddress.ofLiteral("127.0.0.1"), FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns());
    write("period: 1s");
    agent =
        new ProcessBuilder(
                java(), "-jar", "target/dnsonde.jar", "agent", "--config", config().toString())
            .start();
    log = agent.errorReader(StandardCharsets.UTF_8);
  }

  @AfterEach
  void stop() throws InterruptedException {
    agent.destroyForcibly().waitFor();
    server.close();
  }

  @Test
  void itProbesExportsAndEndsWithoutAWarning() throws Exception {
    Matcher listening = awaitListening();
    String metrics = "http://" + listening.group(1);
    String api = "http://" + listening.group(2);
    awaitReady(metrics);
    String page = get(metrics + "/metrics", "text/plain").body();
    assertTrue(
        page.contains(
            "dnsonde_probe_consecutive_failures{in_use=\"true\",scope=\"external\",server=\"here\",source_namespace=\"shop\",source_workload=\"cart\",transport=\"udp\"}"
                + " 0.0"),
        page);
    assertTrue(
        page.contains(
            "dnsonde_agent_info{agent_node=\"node-1\",mode=\"self\",version=\"0.1.0-SNAPSHOT\"} 1"),
        page);
    assertEquals(
        200,
        get(metrics + "/metrics", PROTOBUF).statusCode(),
        "protobuf, whose library tends to warn");
    JsonObject outcomes =
        JsonParser.parseString(get(api + "/api/v1/outcomes", "*/*").body()).getAsJsonObject();
    assertEquals(
        "good",
        outcomes.getAsJsonArray("latest").get(0).getAsJsonObject().get("verdict").getAsString());
    agent.toHandle().destroy(); // unlike Process.destroy, leaves us the log's last lines
    assertTrue(agent.waitFor(20, TimeUnit.SECONDS), "ends soon after SIGTERM");
    log.lines().forEach(said::add);
    assertAll(
        () ->
            assertEquals(
                List.of(),
                said.stream().filter(line -> !line.startsWith("time=")).toList(),
                "only log lines"),
        () ->
            assertEquals(
                List.of(),
                said.stream().filter(line -> !line.contains(" level=info ")).toList(),
                "no warning"),
        () ->
            assertEquals(
                "",
                new String(agent.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                "nothing on standard output"));
  }

  @Test
  @Tag("long")
  void aChangedConfigurationIsAdoptedAndABrokenOneRefused() throws Exception {
    String metrics = "http://" + awaitListening().group(1);
    awaitReady(metrics);
    write("period: 0s");
    awaitLine(
        line ->
            line.contains("configuration refused") && line.contains("schedule.period: found '0s'"));
    assertTrue(
        get(metrics + "/metrics", "text/plain")
            .body()
            .contains("dnsonde_config_last_reload_successful 0.0"),
        "the metric shows it");
    write("period: 2s");
    awaitLine(line -> line.contains("configuration changed"));
    awaitLine(line -> line.contains("plan in force"));
    assertTrue(
        get(metrics + "/metrics", "text/plain")
            .body()
            .contains("dnsonde_config_last_reload_successful 1.0"),
        "the metric shows it");
  }

  private void write(String schedule) throws IOException {
    Path fresh = folder.resolve("fresh");
    Files.writeString(
        fresh,
        """
        vantage: {namespace: shop, workload: cart, node: node-1}
        cluster: {dns: [127.0.0.1]}
        servers:
          - {name: here, address: 127.0.0.1, port: %d}
        schedule: {%s}
        metrics: {detail: full}
        http: {metrics: "127.0.0.1:0", api: "127.0.0.1:0"}
        """
            .formatted(server.address().getPort(), schedule));
    Files.move(fresh, config(), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path config() {
    return folder.resolve("dnsonde.yaml");
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Matcher awaitListening() throws IOException {
    Matcher listening = LISTENING.matcher(awaitLine(line -> LISTENING.matcher(line).find()));
    assertTrue(listening.find(), "it reports its addresses");
    return listening;
  }

  /** Reads the log until a matching line arrives; the end of the log is an error. */
  private String awaitLine(Predicate<String> which) throws IOException {
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      said.add(line);
      if (which.test(line)) {
        return line;
      }
    }
    throw new AssertionError("no such line in the log:\n" + String.join("\n", said));
  }

  private void awaitReady(String metrics) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENT.toNanos();
    while (get(metrics + "/readyz", "*/*").statusCode() != 200) {
      assertTrue(System.nanoTime() < deadline, "ready within " + PATIENT);
      Thread.onSpinWait();
    }
    assertEquals(200, get(metrics + "/livez", "*/*").statusCode(), "alive");
  }

  private HttpResponse<String> get(String url, String accept)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Accept", accept).timeout(PATIENT).build();
    return client.send(request, BodyHandlers.ofString());
  }
}
