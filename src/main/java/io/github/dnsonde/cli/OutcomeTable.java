package io.github.dnsonde.cli;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * Outcomes as a table for people: a line each, columns as wide as their content, and colour only if
 * the terminal supports it.
 */
final class OutcomeTable {

  private static final List<String> HEADER =
      List.of(
          "SERVER", "ADDRESS", "NAME", "TYPE", "TRANSPORT", "VERDICT", "REASON", "TIME", "ANSWER");

  /** The longest words of an outcome: {@code unanswered}, {@code connection_refused}. */
  private static final List<String> LONGEST =
      List.of("", "", "", "", "", "unanswered", "connection_refused", "10000.0 ms", "");

  private final Columns columns;
  private final Ansi ansi;

  /** Creates a table for the outcomes of this plan, with columns as wide as the plan needs. */
  OutcomeTable(Plan plan, Ansi ansi) {
    this.ansi = ansi;
    List<List<String>> rows = new ArrayList<>(List.of(HEADER, LONGEST));
    plan.probes().stream().map(OutcomeTable::asked).forEach(rows::add);
    this.columns = new Columns(rows);
  }

  String heading() {
    return columns.line(HEADER);
  }

  List<String> rows(List<Outcome> outcomes) {
    return outcomes.stream()
        .map(
            outcome ->
                columns.line(cells(outcome), (cell, padded) -> dressed(outcome, cell, padded)))
        .toList();
  }

  /** The reasons for untested probes, a line for each distinct one. */
  static List<String> notes(List<Outcome> outcomes) {
    return outcomes.stream()
        .map(Outcome::reply)
        .filter(Reply.NotSent.class::isInstance)
        .map(Reply.NotSent.class::cast)
        .map(reply -> SafeText.line(reply.cause().label() + ": " + reply.why()))
        .distinct()
        .toList();
  }

  /** The summary, such as {@code 8 queries: 6 good, 2 unanswered}. */
  static String summary(List<Outcome> outcomes) {
    Map<String, Long> counts =
        outcomes.stream()
            .collect(
                Collectors.groupingBy(
                    outcome -> outcome.verdict().label(),
                    LinkedHashMap::new,
                    Collectors.counting()));
    return outcomes.size()
        + (outcomes.size() == 1 ? " query: " : " queries: ")
        + counts.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", "));
  }

  /**
   * The result of a query in one word: the verdict's reason or cause, or the time of a good answer.
   */
  static String word(Outcome outcome) {
    return outcome
        .verdict()
        .why()
        .orElseGet(() -> outcome.duration().map(OutcomeTable::millis).orElse("good"));
  }

  /** picocli's name of the colour of a verdict. */
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

  private static List<String> asked(Probe probe) {
    Question question = probe.question();
    return List.of(
        probe.server().name(),
        probe.server().hostPort(),
        question.name(),
        question.type().name(),
        question.transport().label());
  }

  private static List<String> cells(Outcome outcome) {
    List<String> cells = new ArrayList<>(asked(outcome.probe()));
    cells.add(outcome.verdict().label());
    cells.add(outcome.verdict().why().orElse("-"));
    cells.add(outcome.duration().map(OutcomeTable::millis).orElse("-"));
    cells.add(answer(outcome));
    return cells;
  }

  private static String answer(Outcome outcome) {
    return switch (outcome.reply()) {
      case Reply.NotSent _ -> "-"; // printed once below the table
      case Reply.Answered answered -> answered(answered, outcome.detail());
      case Reply.Malformed _,
          Reply.TimedOut _,
          Reply.PortUnreachable _,
          Reply.ConnectionRefused _,
          Reply.ConnectionReset _,
          Reply.StreamEnded _,
          Reply.Prohibited _,
          Reply.NoRoute _,
          Reply.PathFailed _,
          Reply.LocalDenied _ ->
          outcome.detail().orElse("-");
    };
  }

  private static String answered(Reply.Answered answered, Optional<String> detail) {
    if (answered.answers().isEmpty()) {
      return detail.orElse("none");
    }
    int more = answered.count() - answered.answers().size();
    return answered.answers().stream().map(Answer::toString).collect(Collectors.joining(", "))
        + (more == 0 ? "" : " and " + more + " more")
        + detail.map(text -> "; " + text).orElse("");
  }

  private String dressed(Outcome outcome, String cell, String padded) {
    return cell.equals(outcome.verdict().label())
        ? ansi.string("@|" + colour(outcome.verdict()) + " " + padded + "|@")
        : padded;
  }
}
