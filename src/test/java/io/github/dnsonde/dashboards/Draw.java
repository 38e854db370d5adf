package io.github.dnsonde.dashboards;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws the boards from a Prometheus that runs; see {@code --help}. */
@Command(
    name = "draw",
    header = "Draws the dashboards from what a running Prometheus has, without a Grafana.",
    description =
        "Asks the same queries, panel by panel, and says of each what came back. Exit status: 0"
            + " every query was taken and gave data where data is expected, 1 not so.",
    mixinStandardHelpOptions = true)
final class Draw implements Callable<Integer> {

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:9090",
      description = "Default: ${DEFAULT-VALUE}.")
  private URI prometheus = URI.create("");

  @Option(names = "--to", paramLabel = "TIME", description = "Such as 2026-01-31T12:00:00Z; now.")
  private Optional<Instant> to = Optional.empty();

  @Option(names = "--from", paramLabel = "TIME", description = "Default: an hour before --to.")
  private Optional<Instant> from = Optional.empty();

  @Option(
      names = "--scrape-interval",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "How often the agents are scraped. Default: ${DEFAULT-VALUE}.")
  private int scrape;

  @Option(
      names = "--var",
      paramLabel = "NAME=REGEX",
      description = "What is chosen at a board's top, such as namespace=payments. All by default.")
  private Map<String, String> variables = new LinkedHashMap<>();

  @Option(
      names = "--into",
      paramLabel = "FOLDER",
      defaultValue = "target/dashboards",
      description = "Where the pictures are put. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("");

  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    System.exit(new CommandLine(new Draw()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(folder);
    Instant end = to.orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS));
    Instant start = from.orElseGet(() -> end.minus(Duration.ofHours(1)));
    Span span = new Span(start, end, Duration.ofSeconds(scrape));
    long wrong = 0;
    for (Path board : Dashboard.files()) {
      Path png = folder.resolve(board.getFileName().toString().replace(".json", ".png"));
      List<PanelResult> results = DashboardPicture.draw(board, prometheus, span, variables, png);
      results.stream().map(Draw::line).forEach(System.out::println);
      wrong += results.stream().filter(each -> each.problem().isPresent()).count();
      System.out.println(png);
    }
    System.out.println(wrong + " panels are not as they should be");
    return wrong == 0 ? 0 : 1;
  }

  private static String line(PanelResult result) {
    String state = result.problem().map(problem -> "WRONG: " + problem).orElse("ok");
    String optional = result.series() == 0 && result.mayBeEmpty() ? ", may be empty" : "";
    return String.format(
        "%-17s %-45s %4d series  %s%s",
        result.dashboard(), result.panel(), result.series(), state, optional);
  }
}
