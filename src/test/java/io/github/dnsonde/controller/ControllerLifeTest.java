package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.uplink.Uplink;
import io.github.dnsonde.uplink.UplinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restarts, an API server that is away, and many agents at once. */
@Timeout(60)
@Tag("long")
class ControllerLifeTest {

  private static final String REPLY = "{\"nodeShare\":null}";

  private static final ReportedVantage WEB = SampleReports.vantage("shop", "-");

  @TempDir private Path folder;

  @Test
  void aRestartKeepsTheCertificatesAndForgetsTheRest() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      RunningController.send(uplink, SampleReports.empty("node-a"));
      String authority = controller.api.configMap(RunningController.CA, "ca.crt");
      String leaf = controller.api.secret(RunningController.SECRET, "tls.crt");
      controller.restart();
      controller.awaitMetric("dnsonde_controller_nodes_reporting 0.0");
      assertEquals(REPLY, RunningController.send(uplink, SampleReports.empty("node-a")));
      assertEquals(authority, controller.api.configMap(RunningController.CA, "ca.crt"));
      assertEquals(leaf, controller.api.secret(RunningController.SECRET, "tls.crt"));
      assertEquals(2, controller.api.reviews(), "verdicts are forgotten");
    }
  }

  /** Somebody may delete the ConfigMap, which only the chart creates. */
  @Test
  void aRestartWithoutTheConfigMapOfTheAuthoritiesIsReady() throws Exception {
    try (RunningController controller = new RunningController(folder)) {
      String authority = controller.api.configMap(RunningController.CA, "ca.crt");
      try (Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
        controller.api.deleteConfigMap(RunningController.CA);
        controller.restart();
        Files.writeString(controller.authorities(), authority);
        assertEquals(REPLY, RunningController.send(uplink, SampleReports.empty("node-a")));
      }
    }
  }

  @Test
  void aKilledControllerOnlyFailsTheReport() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      RunningController.send(uplink, SampleReports.empty("node-a"));
      controller.kill();
      assertEquals(
          UplinkException.Why.UNREACHABLE,
          assertThrows(
                  UplinkException.class,
                  () -> RunningController.send(uplink, SampleReports.empty("node-a")))
              .why());
    }
  }

  @Test
  void knownAgentsReportWhileTheApiServerIsAway() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink known = controller.uplink(controller.agentOn("node-a"));
        Uplink unknown = controller.uplink(controller.agentOn("node-b"))) {
      RunningController.send(known, SampleReports.empty("node-a"));
      controller.api.refuseReviews(503);
      assertEquals(REPLY, RunningController.send(known, SampleReports.empty("node-a")));
      UplinkException refusal =
          assertThrows(
              UplinkException.class,
              () -> RunningController.send(unknown, SampleReports.empty("node-b")));
      assertTrue(String.valueOf(refusal.getMessage()).contains("answers 503"), refusal::getMessage);
      controller.api.refuseReviews(0);
      assertEquals(REPLY, RunningController.send(unknown, SampleReports.empty("node-b")));
    }
  }

  @Test
  void aPodThatIsGoneIsNoLongerBelieved() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      controller.api.pod("shop", "web-1", "node-a");
      controller.awaitMetric("dnsonde_controller_pods 2.0");
      RunningController.send(uplink, SampleReports.of("node-a", List.of(WEB)));
      controller.awaitMetric("dnsonde_controller_report_parts_doubted_total 0.0");
      controller.api.deletePod("shop", "web-1");
      controller.awaitMetric("dnsonde_controller_pods 1.0");
      RunningController.send(uplink, SampleReports.of("node-a", List.of(WEB)));
      controller.awaitMetric("dnsonde_controller_report_parts_doubted_total 1.0");
    }
  }

  @Test
  void theKeysOfTheAuthorityStayInTheSecret() throws Exception {
    try (RunningController controller = new RunningController(folder)) {
      assertTrue(controller.api.secret(RunningController.SECRET, "ca.key").contains("PRIVATE KEY"));
      assertFalse(controller.api.configMap(RunningController.CA, "ca.crt").contains("PRIVATE"));
      assertFalse(controller.log().contains("PRIVATE"));
    }
  }

  @Test
  void manyKnownAgentsReconnectAtOnce() throws Exception {
    try (RunningController controller = new RunningController(folder)) {
      reconnect(controller, 40);
    }
  }

  @Test
  @Timeout(240)
  void aThousandAgentsReconnectAtOnce() throws Exception {
    try (RunningController controller = new RunningController(folder)) {
      reconnect(controller, 1_000);
    }
  }

  /** Every agent tries until its report is accepted; a restart in the middle cuts all off. */
  private static void reconnect(RunningController controller, int agents) throws Exception {
    List<Uplink> uplinks = new ArrayList<>();
    for (int i = 0; i < agents; i++) {
      uplinks.add(controller.uplink(controller.agentOn("node-" + i)));
    }
    allReport(uplinks);
    // On a busy machine the API server may be too late with a verdict: then it is asked again.
    double late = refused(controller.page("/metrics"), "no_verdict");
    assertTrue(controller.api.reviews() <= agents + late, "a token is reviewed once");
    controller.restart();
    allReport(uplinks);
    // An agent whose reply came too late has sent its report twice.
    RunningController.await(
        "every agent is counted", () -> accepted(controller.page("/metrics")) >= agents);
    uplinks.forEach(Uplink::close);
  }

  private static double accepted(String metrics) {
    return sum(metrics, "dnsonde_controller_reports_total ");
  }

  private static double refused(String metrics, String reason) {
    return sum(
        metrics, "dnsonde_controller_reports_refused_total{reason=\"%s\"} ".formatted(reason));
  }

  private static double sum(String metrics, String family) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(family))
        .mapToDouble(line -> Double.parseDouble(line.substring(family.length())))
        .sum();
  }

  private static void allReport(List<Uplink> uplinks) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> reports = new ArrayList<>();
      for (int i = 0; i < uplinks.size(); i++) {
        Uplink uplink = uplinks.get(i);
        String node = "node-" + i;
        reports.add(() -> accepted(uplink, node));
      }
      for (Future<String> reply : threads.invokeAll(reports)) {
        assertEquals(REPLY, reply.get());
      }
    }
  }

  private static String accepted(Uplink uplink, String node) throws InterruptedException {
    while (true) {
      try {
        return RunningController.send(uplink, SampleReports.empty(node));
      } catch (IOException _) {
        Thread.sleep(500); // as an agent does
      }
    }
  }
}
