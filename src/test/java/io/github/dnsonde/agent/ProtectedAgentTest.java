package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose metrics are protected by TLS and a token, and whose Secret is rotated. */
@Timeout(60)
class ProtectedAgentTest {

  private static final IssuedCertificate FIRST = IssuedCertificate.ec();
  private static final IssuedCertificate SECOND = IssuedCertificate.ec();

  @TempDir private Path folder;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @Test
  @Tag("long")
  void aRotatedSecretIsAdoptedAndABadOneIsReported() throws Exception {
    FIRST.write(folder);
    token("one");
    try (Agent agent = start()) {
      String page = page(agent, FIRST, "one").body();
      assertTrue(page.contains("\ndnsonde_config_last_reload_successful 1.0\n"), page);
      long expiry = IssuedCertificate.EXPIRY.getEpochSecond();
      assertEquals(
          expiry,
          (long) gauge(page, "dnsonde_http_certificate_expiry_timestamp_seconds"),
          "the expiry");

      Files.writeString(folder.resolve("tls.crt"), SECOND.certificatePem());
      await(agent, FIRST, "one", 0);
      assertTrue(log().contains("the key of another certificate"), log());

      SECOND.write(folder);
      token("two");
      await(agent, SECOND, "two", 1);
      assertEquals(401, page(agent, SECOND, "one").statusCode());
    }
  }

  @Test
  void anAgentWhoseSecretCannotBeUsedDoesNotStart() throws Exception {
    FIRST.write(folder);
    IOException refused = assertThrows(IOException.class, this::start);
    assertEquals(
        folder
            + "/token (http.bearer-token-file): found no such file, expected a readable file:"
            + " mount the Secret, or fix the path",
        refused.getMessage());
  }

  private void token(String text) throws IOException {
    Files.writeString(folder.resolve("token"), text);
  }

  private Agent start() throws Exception {
    String text =
        """
        servers: [{name: nobody, address: 127.0.0.1, port: 1}]
        http:
          metrics: "127.0.0.1:0"
          health: "127.0.0.1:0"
          api: "127.0.0.1:0"
          tls: {certificate: FOLDER/tls.crt, key: FOLDER/tls.key}
          bearer-token-file: FOLDER/token
        """;
    Path config =
        Files.writeString(
            folder.resolve("dnsonde.yaml"), text.replace("FOLDER", folder.toString()));
    return Agent.start(
        ConfigFile.read(config, Map.of()),
        new Agent.Setup(Optional.empty(), _ -> new SelfMode(), log, _ -> {}));
  }

  private String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  /** Waits until a page can be read with these credentials, and shows such a reload. */
  private static void await(Agent agent, IssuedCertificate trusted, String token, double reload)
      throws Exception {
    for (int i = 0; i < 200; i++) {
      try {
        HttpResponse<String> page = page(agent, trusted, token);
        if (page.statusCode() == 200
            && gauge(page.body(), "dnsonde_config_last_reload_successful") == reload) {
          return;
        }
      } catch (IOException _) {
        // the other certificate is shown
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("no page with " + token + " and a reload of " + reload);
  }

  private static double gauge(String page, String name) {
    return page.lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static HttpResponse<String> page(Agent agent, IssuedCertificate trusted, String token)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusted.trusted()).build()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create("https://127.0.0.1:" + agent.metricsAddress().getPort() + "/metrics"))
              .header("Authorization", "Bearer " + token)
              .timeout(Duration.ofSeconds(20))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
