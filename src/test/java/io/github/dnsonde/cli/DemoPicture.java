package io.github.dnsonde.cli;

import io.github.dnsonde.demo.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/** Draws the demo's table of one scene as SVG, from what the real agent measured. */
final class DemoPicture {

  /** The scene in which one namespace is cut off from one server. */
  private static final Scene SCENE = Scene.SCRIPT.get(3);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final double CHARACTER = 8.4;
  private static final int LINE = 22;
  private static final int MARGIN = 18;
  private static final String TEXT = "#d6deeb";

  /** Select graphic rendition (ECMA-48 §8.3.117). */
  private static final Pattern STYLE = Pattern.compile("\u001b\\[([0-9;]*)m");

  private static final Map<String, String> COLOURS =
      Map.of("31", "#ff6b6b", "32", "#7bd88f", "33", "#ffd166");

  private DemoPicture() {}

  /** Writes the picture into the given file. */
  public static void main(String[] arguments) throws Exception {
    try (DemoStage stage = DemoStage.open()) {
      stage.play(SCENE);
      if (!stage.settled(PATIENCE) || !stage.mistakes().isEmpty()) {
        throw new IOException("the agent did not see the scene: " + stage.mistakes());
      }
      List<String> lines = new DemoTable(stage.probes(), Ansi.ON).lines(stage.latest());
      Files.writeString(Path.of(arguments[0]), svg(lines));
    }
  }

  /** Returns lines of a terminal as a picture of the same columns. */
  static String svg(List<String> lines) {
    int columns = lines.stream().mapToInt(line -> plain(line).length()).max().orElse(0);
    List<String> texts = new ArrayList<>();
    for (int row = 0; row < lines.size(); row++) {
      texts.addAll(texts(lines.get(row), MARGIN + (row + 1) * LINE - 6));
    }
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$.0f" height="%2$d" viewBox="0 0 %1$.0f %2$d">
        <title>The demo: namespace payments gets no response from node-local-dns</title>
        <rect width="100%%" height="100%%" rx="8" fill="#10151f"/>
        <g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">
        %3$s
        </g>
        </svg>
        """,
        2 * MARGIN + columns * CHARACTER,
        2 * MARGIN + lines.size() * LINE - 12,
        String.join("\n", texts));
  }

  /** Returns the words of a line, each at its column: fonts differ in width. */
  private static List<String> texts(String line, int baseline) {
    List<String> texts = new ArrayList<>();
    Matcher style = STYLE.matcher(line);
    String fill = TEXT;
    boolean bold = false;
    int from = 0;
    int column = 0;
    while (from < line.length()) {
      boolean more = style.find(from);
      String run = line.substring(from, more ? style.start() : line.length());
      texts.addAll(words(run, column, baseline, fill, bold));
      column += run.length();
      if (!more) {
        break;
      }
      for (String code : style.group(1).split(";", -1)) {
        bold = code.equals("1") || (bold && !code.matches("0|2[12]|"));
        fill = COLOURS.getOrDefault(code, code.matches("0|39|") ? TEXT : fill);
      }
      from = style.end();
    }
    return texts;
  }

  private static List<String> words(
      String run, int column, int baseline, String fill, boolean bold) {
    return Pattern.compile("\\S+")
        .matcher(run)
        .results()
        .map(
            word ->
                String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" fill=\"%s\"%s textLength=\"%.1f\">%s</text>",
                    MARGIN + (column + word.start()) * CHARACTER,
                    baseline,
                    fill,
                    bold ? " font-weight=\"bold\"" : "",
                    word.group().length() * CHARACTER,
                    escaped(word.group())))
        .toList();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static String plain(String line) {
    return STYLE.matcher(line).replaceAll("");
  }
}
