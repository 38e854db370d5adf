package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.demo.Scene;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.testkit.Browser;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demo as a newcomer sees it: the real agent's page, scene by scene. */
@Tag("long")
class DemoPageTest {

  /** The beginnings of the headline, by the number of the scene. */
  private static final List<String> HEADLINES =
      List.of(
          "All 3 namespaces resolve.",
          "payments cannot resolve, for",
          "payments cannot resolve over TCP",
          "payments cannot resolve at node-local-dns",
          "All 3 namespaces resolve.",
          "analytics, payments and 1 more namespace get wrong answers");

  /** Timeouts of a scene end, and are logged, when the next one has begun. */
  @Test
  void theLogOfASceneHasOnlyItsOwnFailures() throws Exception {
    try (DemoStage stage = DemoStage.open()) {
      stage.play(Scene.SCRIPT.get(1));
      assertTrue(stage.settled(Duration.ofSeconds(30)));
      assertTrue(stage.log().stream().anyMatch(line -> line.contains("reason=timeout")));
      for (int number : List.of(4, 5)) { // fixed, and another cause
        stage.play(Scene.SCRIPT.get(number));
        while (stage.age().compareTo(Duration.ofSeconds(3)) < 0) { // longer than a query takes
          assertFalse(stage.log().stream().anyMatch(line -> line.contains("reason=timeout")));
          Thread.sleep(20);
        }
      }
      assertTrue(stage.log().stream().anyMatch(line -> line.contains("reason=servfail")));
    }
  }

  @Test
  void theScenesAreSeenThroughThePage() throws Exception {
    assumeTrue(Browser.present(), "needs Debian's chromium and chromium-driver");
    try (DemoStage stage = DemoStage.open();
        Browser browser = Browser.start()) {
      browser
          .look(1280, 900, "light")
          .open("http://" + Addresses.hostPort(stage.apiAddress()) + "/");
      for (int number = 0; number < HEADLINES.size(); number++) {
        stage.play(Scene.SCRIPT.get(number));
        browser.awaitText("h1", HEADLINES.get(number));
      }
      browser.awaitText(".subject", "node demo");
      browser.open(
          "http://" + Addresses.hostPort(stage.apiAddress()) + "/?view=namespace&name=shop");
      browser.awaitText("table.paths", "web-shop");
      assertEquals(List.of(), browser.barriers());
      assertEquals(List.of(), browser.complaints());
    }
  }
}
