package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.demo.Scene;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.testkit.Browser;
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
          "payments cannot resolve: ",
          "payments cannot resolve over TCP",
          "payments cannot resolve at node-local-dns",
          "All 3 namespaces resolve.",
          "analytics, payments and 1 more namespace get wrong answers");

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
      browser.awaitText("#why", "Why");
      browser.open(
          "http://" + Addresses.hostPort(stage.apiAddress()) + "/?view=namespace&name=shop");
      browser.awaitText("table.paths", "web-shop");
      assertEquals(List.of(), browser.barriers());
      assertEquals(List.of(), browser.complaints());
    }
  }
}
