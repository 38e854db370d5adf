package io.github.dnsonde;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;

/**
 * Outcomes as a table for people: a line each, columns as wide as their content, colour only where
 * the terminal has it.
 */
final class OutcomeTable {

  private static final List<String> HEADER =
      List.of(
          "SERVER", "ADDRESS", "NAME", "TYPE", "TRANSPORT", "VERDICT", "REASON", "TIME", "ANSWER");

  private static final int VERDICT_COLUMN = HEADER.indexOf("VERDICT");

  private OutcomeTable() {}

  static String render(List<Outcome> outcomes, Ansi ansi) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    outcomes.stream().map(OutcomeTable::cells).forEach(rows::add);
    int[] widths = IntStream.range(0, HEADER.size()).map(column -> width(rows, column)).toArray();
    return IntStream.range(0, rows.size())
        .mapToObj(
            row ->
                line(
                    rows.get(row),
                    widths,
                    row == 0 ? "" : colour(outcomes.get(row - 1).verdict()),
                    ansi))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** {@code 8 asked: 6 good, 2 unanswered}. */
  static String summary(List<Outcome> outcomes) {
    Map<String, Long> counts =
        outcomes.stream()
            .collect(
                Collectors.groupingBy(
                    outcome -> outcome.verdict().label(),
                    LinkedHashMap::new,
                    Collectors.counting()));
    return outcomes.size()
        + " asked: "
        + counts.entrySet().stream()
            .map(each -> each.getValue() + " " + each.getKey())
            .collect(Collectors.joining(", "));
  }

  /**
   * What came of a question in a word: the verdict's reason or cause, or how long the good answer
   * took.
   */
  static String word(Outcome outcome) {
    return switch (outcome.verdict()) {
      case Verdict.Good _ -> outcome.duration().map(OutcomeTable::millis).orElse("good");
      case Verdict.Failed(var reason) -> reason.label();
      case Verdict.Untested(var cause) -> cause.label();
    };
  }

  /** picocli's name of the colour that a verdict has everywhere. */
  static String colour(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Good _ -> "green";
      case Verdict.Untested _ -> "faint";
      case Verdict.Failed(var reason) ->
          switch (reason.kind()) {
            case UNANSWERED, WRONG -> "red";
            case LATE -> "yellow";
          };
    };
  }

  static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }

  private static List<String> cells(Outcome outcome) {
    Question question = outcome.probe().question();
    return List.of(
        outcome.probe().server().name(),
        outcome.probe().server().hostPort(),
        question.name(),
        question.type().name(),
        question.transport().label(),
        outcome.verdict().label(),
        reason(outcome.verdict()),
        outcome.duration().map(OutcomeTable::millis).orElse("-"),
        answer(outcome.reply()));
  }

  private static String reason(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Good _ -> "-";
      case Verdict.Failed(var reason) -> reason.label();
      case Verdict.Untested(var cause) -> cause.label();
    };
  }

  private static String answer(Reply reply) {
    return switch (reply) {
      case Reply.Answered answered ->
          answered.answers().isEmpty()
              ? "none"
              : answered.answers().stream().map(Answer::toString).collect(Collectors.joining(", "));
      case Reply.Malformed(var what) -> what;
      case Reply.ConnectionReset(var how) -> how;
      case Reply.NotSent(_, var detail) -> detail;
      case Reply.TimedOut _, Reply.PortUnreachable _, Reply.ConnectionRefused _ -> "-";
      case Reply.Prohibited(var errno) -> errno.name();
      case Reply.NoRoute(var errno) -> errno.name();
      case Reply.LocalDenied(var errno) -> errno.name();
    };
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static String line(List<String> cells, int[] widths, String colour, Ansi ansi) {
    Stream<String> padded =
        IntStream.range(0, cells.size())
            .mapToObj(
                column -> {
                  String cell = pad(cells.get(column), widths[column]);
                  return column == VERDICT_COLUMN && !colour.isEmpty()
                      ? ansi.string("@|" + colour + " " + cell + "|@")
                      : cell;
                });
    return padded.collect(Collectors.joining("  ")).stripTrailing();
  }

  static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
