package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.admission.Result;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.http.HttpLog;
import io.github.dnsonde.http.ListenerCertificate;
import io.github.dnsonde.kube.ControllerApi;
import io.github.dnsonde.kube.ControllerCluster;
import io.github.dnsonde.merge.EventResult;
import io.github.dnsonde.overview.AdmissionStatus.Reach;
import io.github.dnsonde.testkit.FakeTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The regular work of the webhook with its API server, while some of it fails. */
@Timeout(30)
class WebhookTurnsTest {

  @TempDir private Path folder;

  private final FakeTicker ticker = new FakeTicker();
  private ControllerApi api;
  private ControllerCluster cluster;
  private AdmissionWebhook webhook;

  @BeforeEach
  void start() throws Exception {
    api = ControllerApi.start(RunningController.SECRET, RunningController.CA);
    AskingApiServer.cluster(api, 1);
    Path kubeconfig = api.kubeconfig(folder);
    Path file =
        Files.writeString(
            folder.resolve("dnsonde.yaml"),
            """
            controller:
              namespace: control
              agents: {namespace: dns}
              admission: {mode: deny, listen: '127.0.0.1:0'}
            """);
    Config config = ConfigFile.read(file, Map.of());
    cluster = ControllerCluster.open(Optional.of(kubeconfig));
    webhook =
        AdmissionWebhook.start(
            config,
            new AdmissionWebhook.Parts(
                cluster,
                ListenerCertificate.unset(),
                () -> Optional.of("authorities"),
                new Uncounted(),
                new HttpLog(ticker)),
            ticker);
  }

  @AfterEach
  void stop() {
    webhook.close();
    cluster.close();
    api.close();
  }

  private static final class Uncounted implements AdmissionWebhook.Meters {
    @Override
    public void decided(Result result, Duration took) {}

    @Override
    public void notReview() {}

    @Override
    public void slipped() {}

    @Override
    public void event(EventResult result) {}
  }

  /** Helm, or a person, may replace the whole configuration. */
  @Test
  void aRegistrationThatSomebodyRemovesIsMadeAgain() {
    webhook.turn();
    assertEquals("authorities", api.registration().authorities());
    api.registration().forget();
    webhook.turn();
    assertEquals("", api.registration().authorities(), "it looks seldom");
    ticker.advance(Duration.ofSeconds(30));
    webhook.turn();
    assertEquals("authorities", api.registration().authorities());
    assertEquals(2, api.registration().patches().size());
  }

  @Test
  void theStatusNamesWhyItCouldNotBeRegistered() {
    api.registration().refuseConfiguration(403);
    webhook.turn();
    String trouble = webhook.status().trouble().orElse("");
    assertTrue(trouble.contains("validatingwebhookconfigurations/"), trouble);
    assertTrue(trouble.contains("403 refused"), trouble);
    assertEquals(Reach.UNKNOWN, webhook.status().reach());
    assertTrue(webhook.status().sentence().endsWith(trouble), webhook.status().sentence());
    api.registration().refuseConfiguration(0);
    webhook.turn();
    assertEquals(Optional.empty(), webhook.status().trouble());
  }

  /** Somebody deleted it, or the Role is gone: what the watch brings is judged nevertheless. */
  @Test
  void withoutItsLeaseItJudgesWhatTheWatchBrings() throws Exception {
    api.registration().refuseLease(404);
    webhook.watch();
    RunningController.await(
        "the policies are watched",
        () -> {
          webhook.turn();
          return api.isWatched(AskingApiServer.POLICIES);
        });
    api.put(
        AskingApiServer.POLICIES, AskingApiServer.policy("unasked", AskingApiServer.DENY, "{}"));
    RunningController.await(
        "it counts",
        () -> {
          webhook.turn();
          return webhook.status().slipped() == 1;
        });
  }
}
