package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.page.PageFile;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the files of the page as they are served. */
class PageFilesTest {

  /** The other files that a script imports. */
  private static final Pattern IMPORT = Pattern.compile("from '\\./([a-z]+\\.js)'");

  private static RunningServer server;

  @BeforeAll
  static void start() throws IOException {
    server = RunningServer.withPage("page\n");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static List<PageFile> files() {
    return PageFile.ALL;
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileIsServedAndKept(PageFile file) throws Exception {
    String path = "/page/" + file.name();
    HttpResponse<byte[]> first = server.octets(server.api(), path);
    assertEquals(200, first.statusCode());
    assertEquals(file.contentType(), first.headers().firstValue("Content-Type").orElseThrow());
    assertEquals("no-cache", first.headers().firstValue("Cache-Control").orElseThrow());
    assertEquals("nosniff", first.headers().firstValue("X-Content-Type-Options").orElseThrow());
    String etag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> again =
        server.octets(server.api(), path, "If-None-Match", "\"other\", " + etag);
    assertEquals(304, again.statusCode());
    assertEquals(0, again.body().length);
    assertEquals(etag, again.headers().firstValue("ETag").orElseThrow());
    assertEquals(200, server.octets(server.api(), path, "If-None-Match", "\"a\"").statusCode());
  }

  @Test
  void thePageLoadsFilesOfThisListenerAlone() throws Exception {
    HttpResponse<String> page = server.get(server.api(), "/");
    String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
    for (String directive :
        List.of(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'")) {
      assertTrue(policy.contains(directive), policy);
    }
    assertFalse(policy.contains("unsafe"), policy);
    Set<String> loaded = new TreeSet<>();
    Pattern.compile("(?:src|href)=\"/page/([^\"]+)\"")
        .matcher(page.body())
        .results()
        .forEach(file -> loaded.add(file.group(1)));
    Set<String> served = new TreeSet<>(PageFile.ALL.stream().map(PageFile::name).toList());
    served.remove(PageFile.PLOTS.name()); // loaded with the first plot
    assertEquals(served, loaded, "files that the page names, and so loads at once");
  }

  @Test
  void scriptsImportWhatIsServedAndMakeNoMarkup() throws IOException {
    Set<String> served = new TreeSet<>(PageFile.ALL.stream().map(PageFile::name).toList());
    for (PageFile file : PageFile.ALL) {
      String text = new String(file.read(), StandardCharsets.UTF_8);
      if (file.name().endsWith(".js") && !file.resource().contains("/webjars/")) {
        IMPORT
            .matcher(text)
            .results()
            .forEach(name -> assertTrue(served.contains(name.group(1)), name.group()));
        assertFalse(
            text.matches("(?s).*(innerHTML|insertAdjacent|eval\\(|https?://).*"), file.name());
      }
    }
  }

  /** The browser gets all of it before it shows the first row. */
  @Test
  void allFilesTogetherAreSmall() throws Exception {
    int octets = 0;
    List<PageFile> first = new ArrayList<>(PageFile.ALL);
    first.remove(PageFile.PLOTS);
    for (PageFile file : first) {
      octets +=
          server
              .octets(server.api(), "/page/" + file.name(), "Accept-Encoding", "gzip")
              .body()
              .length;
    }
    assertTrue(octets < 40_000, octets + " octets");
  }
}
