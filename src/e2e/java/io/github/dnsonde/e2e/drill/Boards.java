package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.dashboards.DashboardPicture;
import io.github.dnsonde.dashboards.PanelResult;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The dashboards, drawn from the data of the drill in Prometheus. */
final class Boards {

  private static final Path SOURCES = Path.of("dashboards");

  /**
   * The cluster of the pictures for people; only all clusters together have data for each panel.
   */
  static final String PICTURED = "cut-off";

  private Boards() {}

  /**
   * Draws all dashboards into {@code NAME.png} for the cluster whose namespace was cut off, and
   * {@code NAME-all.png} for all clusters.
   *
   * @return the mistakes: queries that were refused, and panels without data
   */
  static List<String> draw(URI prometheus, Instant from, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> mistakes = new ArrayList<>();
    try (Stream<Path> boards = Files.list(SOURCES)) {
      for (Path board :
          boards.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
        mistakes.addAll(draw(board, prometheus, from, folder));
      }
    }
    return mistakes;
  }

  private static List<String> draw(Path board, URI prometheus, Instant from, Path folder)
      throws IOException {
    String name = board.getFileName().toString().replace(".json", "");
    Instant now = Instant.now();
    DashboardPicture.draw(
        board, prometheus, from, now, Map.of("cluster", PICTURED), folder.resolve(name + ".png"));
    List<PanelResult> results =
        DashboardPicture.draw(
            board, prometheus, from, now, Map.of(), folder.resolve(name + "-all.png"));
    return results.stream()
        .flatMap(
            result ->
                result
                    .problem()
                    .map(problem -> result.dashboard() + ", " + result.panel() + ": " + problem)
                    .stream())
        .toList();
  }
}
