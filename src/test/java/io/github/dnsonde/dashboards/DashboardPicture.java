package io.github.dnsonde.dashboards;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * A board as it would look in Grafana: its own queries, panel by panel in its grid. Judges layout
 * and legibility, and whether each query gives what it should.
 */
public final class DashboardPicture {

  /** Prometheus' usual one in Grafana's settings. */
  private static final Duration USUAL_SCRAPE = Duration.ofSeconds(15);

  private static final int WIDTH = 1_680;
  private static final int COLUMNS = 24;

  /** Grafana's grid: 30 pixels and a gap of 8. */
  private static final int ROW = 38;

  private static final int GAP = 8;
  private static final int HEAD = 56;
  private static final int TITLE = 26;
  private static final int PADDING = 8;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private final Dashboard board;
  private final Prometheus prometheus;
  private final Span span;
  private final Map<String, String> variables;
  private final List<PanelResult> results = new ArrayList<>();

  private DashboardPicture(
      Dashboard board, Prometheus prometheus, Span span, Map<String, String> variables) {
    this.board = board;
    this.prometheus = prometheus;
    this.span = span;
    this.variables = Map.copyOf(variables);
  }

  /**
   * Draws a board of agents that are scraped every 15 s.
   *
   * @param dashboard its file
   * @param prometheus such as {@code http://127.0.0.1:9090}
   * @param variables what is chosen at the board's top, as regular expressions; all where absent
   * @param png where the picture is put
   * @return what came of each panel's queries
   * @throws IOException if a file, or Prometheus as a whole, cannot be read
   */
  public static List<PanelResult> draw(
      Path dashboard,
      URI prometheus,
      Instant from,
      Instant to,
      Map<String, String> variables,
      Path png)
      throws IOException {
    return draw(dashboard, prometheus, new Span(from, to, USUAL_SCRAPE), variables, png);
  }

  /** The same, with another time between scrapes. */
  static List<PanelResult> draw(
      Path dashboard, URI prometheus, Span span, Map<String, String> variables, Path png)
      throws IOException {
    Dashboard board = Dashboard.read(dashboard);
    Map<String, String> chosen =
        board.variables().stream()
            .map(each -> each.path("name").asString())
            .collect(Collectors.toMap(name -> name, name -> variables.getOrDefault(name, ".*")));
    try (Prometheus asked = new Prometheus(prometheus)) {
      DashboardPicture picture = new DashboardPicture(board, asked, span, chosen);
      ImageIO.write(picture.drawn(), "png", png.toFile());
      return List.copyOf(picture.results);
    }
  }

  private BufferedImage drawn() {
    int rows =
        board.panels().stream()
            .map(Panel::place)
            .mapToInt(place -> place.y + place.height)
            .max()
            .orElse(0);
    BufferedImage image =
        new BufferedImage(WIDTH, HEAD + rows * ROW + GAP, BufferedImage.TYPE_INT_RGB);
    Ink ink = new Ink(image.createGraphics());
    ink.box(0, 0, image.getWidth(), image.getHeight(), Colours.GROUND);
    head(ink);
    board.panels().forEach(panel -> panel(ink, panel));
    ink.to().dispose();
    return image;
  }

  private void head(Ink ink) {
    ink.left(board.title(), 2 * GAP, 22, WIDTH, Ink.TITLE.deriveFont(17f), Colours.TEXT);
    String chosen =
        variables.entrySet().stream()
            .filter(each -> !each.getKey().equals("datasource"))
            .map(
                each ->
                    each.getKey() + ": " + (each.getValue().equals(".*") ? "All" : each.getValue()))
            .sorted()
            .collect(Collectors.joining("    "));
    ink.left(chosen, 2 * GAP, 44, WIDTH, Ink.PLAIN, Colours.FAINT);
    String time = TIME.format(span.from()) + " to " + TIME.format(span.to()) + " UTC";
    ink.right(time, WIDTH - 2 * GAP, 22, Ink.PLAIN, Colours.FAINT);
  }

  private void panel(Ink ink, Panel panel) {
    Rectangle frame = frame(panel.place());
    ink.box(frame.x, frame.y, frame.width, frame.height, Colours.PANEL);
    ink.frame(frame, Colours.LINE);
    int room = frame.width - 2 * PADDING;
    int baseline = frame.y + 18;
    ink.left(panel.title(), frame.x + PADDING, baseline, room, Ink.TITLE, Colours.TEXT);
    Rectangle area =
        new Rectangle(frame.x + PADDING, frame.y + TITLE, room, frame.height - TITLE - PADDING);
    Shown shown = ask(panel);
    if (shown.isEmpty()) {
      ink.centred(panel.whenEmpty().orElse("No data"), area, Ink.PLAIN, Colours.FAINT);
    } else {
      Painter.of(panel).paint(ink, area, shown);
    }
  }

  private static Rectangle frame(Rectangle place) {
    int column = (WIDTH - 2 * GAP) / COLUMNS;
    return new Rectangle(
        GAP + place.x * column + GAP / 2,
        HEAD + place.y * ROW,
        place.width * column - GAP,
        place.height * ROW - GAP);
  }

  private Shown ask(Panel panel) {
    List<Shown.Answered> answers = new ArrayList<>();
    List<PanelResult.QueryResult> queries = new ArrayList<>();
    for (Target target : panel.targets()) {
      Duration step = span.step(panel, target);
      String expr = span.fill(target.expr(), step, variables);
      List<Series> series = List.of();
      Optional<String> error = Optional.empty();
      try {
        series =
            target.instant() ? prometheus.instant(expr, span) : prometheus.range(expr, span, step);
      } catch (IOException refused) {
        error = Optional.of(String.valueOf(refused.getMessage()));
      }
      answers.add(new Shown.Answered(target, step, series));
      queries.add(new PanelResult.QueryResult(target.refId(), expr, series.size(), error));
    }
    results.add(
        new PanelResult(board.uid(), panel.title(), panel.whenEmpty().isPresent(), queries));
    return new Shown(panel, span, answers);
  }
}
