package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.kube.ControllerApi;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.UnprobedPod;
import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.uplink.Uplink;
import io.github.dnsonde.uplink.UplinkException;
import io.github.dnsonde.uplink.UplinkException.Why;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reports from agents to a running controller, over HTTPS on loopback. */
@Timeout(60)
class ReportsTest {

  @TempDir private Path folder;

  @Test
  void aReportOfTheNodesOwnPodsIsAccepted() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      controller.api.pod("shop", "web-1", "node-a");
      controller.awaitMetric("dnsonde_controller_pods 2.0");
      String reply = RunningController.send(uplink, of("node-a", "shop", "web-1"));
      assertAll(
          () -> assertEquals("{\"nodeShare\":null}", reply),
          () -> controller.awaitMetric("dnsonde_controller_reports_total 1.0"),
          () -> controller.awaitMetric("dnsonde_controller_nodes_reporting 1.0"),
          () -> controller.awaitMetric("dnsonde_controller_report_parts_doubted_total 0.0"));
    }
  }

  @Test
  void aTokenIsReviewedOnce() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      for (int i = 0; i < 5; i++) {
        RunningController.send(uplink, SampleReports.empty("node-a"));
      }
      assertEquals(1, controller.api.reviews());
    }
  }

  @Test
  void theTokensPodStandsForItsNodeOnOldServers() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      controller.api.reportsNoNodes();
      controller.awaitMetric("dnsonde_controller_pods 1.0");
      assertEquals(
          "{\"nodeShare\":null}", RunningController.send(uplink, SampleReports.empty("node-a")));
    }
  }

  @Test
  void partsAboutOtherNodesPodsAreLeftOut() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      controller.api.pod("shop", "web-1", "node-b");
      controller.awaitMetric("dnsonde_controller_pods 2.0");
      RunningController.send(uplink, of("node-a", "shop", "web-1"));
      RunningController.send(uplink, of("node-a", "shop", "nobody"));
      controller.awaitMetric("dnsonde_controller_report_parts_doubted_total 2.0");
      RunningController.send(uplink, unprobed("node-a", "shop", "web-1"));
      controller.awaitMetric("dnsonde_controller_report_parts_doubted_total 3.0");
    }
  }

  private static Report unprobed(String node, String namespace, String pod) {
    Report empty = SampleReports.empty(node);
    return new Report(
        empty.node(),
        empty.version(),
        empty.mode(),
        empty.running(),
        empty.vantages(),
        empty.blind(),
        empty.findings(),
        empty.usage(),
        empty.work(),
        empty.omitted(),
        List.of(new UnprobedPod(namespace, pod, "no_network")));
  }

  @Test
  void forgedReportsAreRefusedWithAReason() throws Exception {
    try (RunningController controller = new RunningController(folder)) {
      Path token = controller.agentOn("node-a");
      NamespacedName other = new NamespacedName("dns", "default");
      controller.awaitMetric("dnsonde_controller_pods 1.0");
      assertAll(
          () -> refused(controller, token, "node-b", "403", "the token is of node node-a"),
          () ->
              refused(
                  controller,
                  written(controller.api.token(other, "dnsonde-node-a", "node-a")),
                  "node-a",
                  "403",
                  "expected the agents' service account dns/dnsonde"),
          () ->
              refused(
                  controller,
                  written(ControllerApi.claims(RunningController.AGENTS, "vault", 4_000_000_000L)),
                  "node-a",
                  "401",
                  "expected a token for the audience dnsonde-controller"),
          () ->
              refused(
                  controller,
                  written(
                      ControllerApi.claims(
                          RunningController.AGENTS, ControllerApi.AUDIENCE, 1_000_000_000L)),
                  "node-a",
                  "401",
                  "the token has expired"),
          () ->
              refused(
                  controller, written("secret"), "node-a", "401", "the token of a service account"),
          () ->
              refused(
                  controller,
                  written(
                      ControllerApi.claims(
                          RunningController.AGENTS, ControllerApi.AUDIENCE, 4_000_000_000L)),
                  "node-a",
                  "401",
                  "the API server rejects the token: invalid bearer token"));
      assertAll(
          () ->
              controller.awaitMetric(
                  "dnsonde_controller_reports_refused_total{reason=\"wrong_node\"} 1.0"),
          () ->
              controller.awaitMetric(
                  "dnsonde_controller_reports_refused_total{reason=\"wrong_account\"} 1.0"),
          () ->
              controller.awaitMetric(
                  "dnsonde_controller_reports_refused_total{reason=\"unusable_token\"} 2.0"),
          () ->
              controller.awaitMetric(
                  "dnsonde_controller_token_reviews_total{result=\"rejected\"} 1.0"),
          () -> assertEquals(2, controller.api.reviews(), "reviews"),
          () ->
              assertTrue(
                  controller.log().contains("msg=\"report refused\" reason=wrong_node"),
                  controller::log));
    }
  }

  private void refused(
      RunningController controller, Path token, String node, String status, String why) {
    try (Uplink uplink = controller.uplink(token)) {
      UplinkException refusal =
          assertThrows(
              UplinkException.class,
              () -> RunningController.send(uplink, SampleReports.empty(node)));
      String message = String.valueOf(refusal.getMessage());
      assertAll(
          () -> assertEquals(Why.REFUSED, refusal.why(), message),
          () -> assertTrue(message.contains("the controller answers " + status), message),
          () -> assertTrue(message.contains(why), message));
    }
  }

  private Path written(String token) throws Exception {
    return Files.writeString(Files.createTempFile(folder, "token", ""), token);
  }

  private static Report of(String node, String namespace, String pod) {
    return SampleReports.of(
        node, List.of(new ReportedVantage(namespace, "web", pod, "-", true, List.of())));
  }
}
