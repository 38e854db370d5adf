package io.github.dnsonde.page;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A file that the page consists of.
 *
 * @param name the last part of its address
 * @param contentType the value of the header
 * @param resource its place on the class path
 */
public record PageFile(String name, String contentType, String resource) {

  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

  private static final String STYLE = "text/css; charset=utf-8";

  /** The versions are those of the WebJars in {@code pom.xml}. */
  private static final String PREACT =
      "/META-INF/resources/webjars/preact/10.27.2/dist/preact.module.js";

  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  /** The plotting library, which the page loads when it draws the first plot. */
  public static final PageFile PLOTS = new PageFile("uplot.js", JAVASCRIPT, UPLOT + "uPlot.esm.js");

  /** The page itself, which names the others. */
  public static final PageFile INDEX = own("index.html", "text/html; charset=utf-8");

  /** The files that a browser loads for it. */
  public static final List<PageFile> ALL =
      List.of(
          own("page.css", STYLE),
          own("icon.svg", "image/svg+xml"),
          script("main.js"),
          script("model.js"),
          script("parts.js"),
          script("source.js"),
          script("words.js"),
          script("matrix.js"),
          script("namespace.js"),
          script("nodes.js"),
          script("paths.js"),
          script("history.js"),
          script("latency.js"),
          script("incident.js"),
          new PageFile("preact.js", JAVASCRIPT, PREACT),
          new PageFile("uplot.css", STYLE, UPLOT + "uPlot.min.css"),
          PLOTS);

  private static PageFile script(String name) {
    return own(name, JAVASCRIPT);
  }

  private static PageFile own(String name, String contentType) {
    return new PageFile(name, contentType, "/io/github/dnsonde/page/" + name);
  }

  /** Reads the file, which has at most 150 kB. */
  public byte[] read() throws IOException {
    try (InputStream file = PageFile.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new FileNotFoundException(resource + " is not in the program");
      }
      return file.readAllBytes();
    }
  }
}
