package io.github.dnsonde.e2e.wire;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.github.dnsonde.e2e.wire.Comparison.Result;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The comparisons, and the cases that could not be played. */
final class Report {

  private final Map<String, List<Comparison>> compared = new TreeMap<>();
  private final Map<String, String> notPlayed = new TreeMap<>();

  void compared(String id, Comparison comparison) {
    compared.computeIfAbsent(id, _ -> new ArrayList<>()).add(comparison);
  }

  /** Records that a case cannot be played here. */
  void notPlayed(String id, String why) {
    notPlayed.put(id, why);
  }

  boolean allExplained() {
    return !compared.isEmpty() && count(Result.DIFFERS) == 0;
  }

  private long count(Result result) {
    return all().stream().filter(comparison -> comparison.result() == result).count();
  }

  private List<Comparison> all() {
    return compared.values().stream().flatMap(List::stream).toList();
  }

  private long agreeing() {
    return compared.values().stream()
        .filter(
            comparisons -> comparisons.stream().noneMatch(one -> one.result() == Result.DIFFERS))
        .count();
  }

  /** Prints everything but plain agreement. */
  void print(PrintStream out) {
    out.println("| case | verdict | on the wire | |");
    out.println("|---|---|---|---|");
    for (Comparison comparison : all()) {
      if (comparison.result() != Result.AGREES || comparison.wire().startsWith("refused")) {
        out.printf(
            "| %s | %s | %s | %s |%n",
            comparison.question(), comparison.verdict(), comparison.wire(), comparison.note());
      }
    }
    out.println();
    notPlayed.forEach((id, why) -> out.printf("not played: %s (%s)%n", id, why));
    out.printf(
        "%n%d comparisons: %d agree, %d are undefined by Kubernetes (%d of them as likely), %d"
            + " differ%n",
        all().size(),
        count(Result.AGREES),
        count(Result.AS_LIKELY) + count(Result.UNDEFINED),
        count(Result.AS_LIKELY),
        count(Result.DIFFERS));
    out.printf(
        "verdict × wire: %d of %d expressible cases agree, %d cannot be expressed%s%n",
        agreeing(), compared.size(), notPlayed.size(), reasons());
  }

  private String reasons() {
    return notPlayed.isEmpty()
        ? ""
        : notPlayed.values().stream()
            .collect(groupingBy(why -> why, TreeMap::new, counting()))
            .entrySet()
            .stream()
            .map(reason -> reason.getKey() + " " + reason.getValue())
            .collect(joining(", ", " (reasons: ", ")"));
  }
}
