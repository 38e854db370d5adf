package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.kube.ControllerApi;
import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A controller whose metrics are protected by TLS and a token, as those of its agents are. */
@Timeout(60)
@Tag("long")
class ProtectedControllerTest {

  private static final IssuedCertificate CERTIFICATE = IssuedCertificate.ec();
  private static final IssuedCertificate RENEWED = IssuedCertificate.ec();

  @TempDir private Path folder;

  @Test
  void itsMetricsNeedTheTokenAndARenewedCertificateIsUsed() throws Exception {
    CERTIFICATE.write(folder);
    Files.writeString(folder.resolve("token"), "one");
    try (ControllerApi api = ControllerApi.start(RunningController.SECRET, RunningController.CA);
        Controller controller = start(api)) {
      assertEquals(401, page(controller, CERTIFICATE, "other").statusCode());
      HttpResponse<String> page = page(controller, CERTIFICATE, "one");
      assertEquals(200, page.statusCode());
      assertTrue(
          page.body().contains("\ndnsonde_http_certificate_expiry_timestamp_seconds 4.1024448E9\n"),
          page::body);

      RENEWED.write(folder);
      RunningController.await(
          "the renewed certificate is shown",
          () -> {
            try {
              return page(controller, RENEWED, "one").statusCode() == 200;
            } catch (IOException _) {
              return false; // still the first one
            }
          });
    }
  }

  private Controller start(ControllerApi api) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("dnsonde.yaml"),
            """
            kubernetes: {kubeconfig: %1$s}
            http:
              metrics: 127.0.0.1:0
              api: 127.0.0.1:0
              tls: {certificate: %2$s/tls.crt, key: %2$s/tls.key}
              bearer-token-file: %2$s/token
            controller:
              listen: 127.0.0.1:0
              namespace: control
              agents: {namespace: dns}
            """
                .formatted(api.kubeconfig(folder), folder));
    Config config = ConfigFile.read(file, Map.of());
    return Controller.start(config, "1.2.3", new ByteArrayOutputStream());
  }

  private static HttpResponse<String> page(
      Controller controller, IssuedCertificate trusted, String token)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusted.trusted()).build()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create(
                      "https://127.0.0.1:" + controller.metricsAddress().getPort() + "/metrics"))
              .header("Authorization", "Bearer " + token)
              .build(),
          BodyHandlers.ofString());
    }
  }
}
