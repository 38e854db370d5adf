package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.kube.EventsApi.Stored;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.uplink.Uplink;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running controller, from a report to an Event. It waits a minute for all agents. */
@Timeout(180)
@Tag("long")
class EventsOfReportsTest {

  private static final Report CUT_OFF =
      ClusterFindingsOfReportsTest.of("node-a", "web-1", ClusterFindingsOfReportsTest.UNANSWERED);

  @TempDir private Path folder;

  @Test
  void aReportBecomesAnEventAndSlowEventsDelayNoReport() throws Exception {
    try (RunningController controller = new RunningController(folder, true);
        Uplink agent = controller.uplink(controller.agentOn("node-a"))) {
      ClusterFindingsOfReportsTest.cluster(controller);
      controller.awaitMetric("dnsonde_controller_pods 4.0");
      long first = System.nanoTime();
      while (controller.api.events().all().isEmpty()) {
        RunningController.send(agent, CUT_OFF);
        Thread.sleep(1_000); // as an agent does
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - first);
      assertTrue(waited.compareTo(Duration.ofSeconds(60)) >= 0, waited::toString);
      Stored event = controller.api.events().all().getFirst();
      assertEquals("shop", event.namespace());
      assertEquals("default-deny", event.about());
      controller.awaitMetric("dnsonde_controller_events_total{result=\"created\"} 1.0");

      controller.api.events().hang();
      controller.api.put(
          "/apis/networking.k8s.io/v1/networkpolicies",
          """
          {"metadata": {"namespace": "shop", "name": "another-deny"},
           "spec": {"podSelector": {}, "policyTypes": ["Egress"]}}\
          """);
      while (controller.api.events().requests().size() < 2) {
        RunningController.send(agent, CUT_OFF);
        Thread.sleep(1_000);
      }
      long began = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        RunningController.send(agent, CUT_OFF);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertTrue(took.compareTo(Duration.ofSeconds(4)) < 0, "ten reports took " + took);
    }
  }
}
