package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupOutcome.Step;
import io.github.dnsonde.probe.LookupStreak;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Findings for lookups: those that fail although the absolute name is answered, and those that cost
 * many queries because of the search list. One finding of each kind for each namespace.
 */
final class LookupFindings {

  /** One failure may be chance. */
  private static final int REPEATED = 2;

  /** The search list matters from so many names on. */
  private static final int SEVERAL_NAMES = 2;

  private static final int MOST_STEPS = 12;

  private final List<LookupStreak> lookups;
  private final List<Streak> streaks;

  LookupFindings(List<LookupStreak> lookups, List<Streak> streaks) {
    this.lookups = lookups;
    this.streaks = streaks;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    Map<String, List<LookupStreak>> byNamespace =
        lookups.stream()
            .sorted(Comparator.comparing(streak -> streak.latest().lookup().name()))
            .collect(
                Collectors.groupingBy(
                    streak -> streak.latest().lookup().vantage().namespace(),
                    TreeMap::new,
                    Collectors.toList()));
    for (List<LookupStreak> own : byNamespace.values()) {
      own.stream().filter(this::failsAlone).findFirst().map(this::fails).ifPresent(findings::add);
      own.stream()
          .filter(LookupFindings::costsMuch)
          .max(Comparator.comparingInt(streak -> streak.latest().steps().size()))
          .map(LookupFindings::costs)
          .ifPresent(findings::add);
      own.stream()
          .filter(this::endsElsewhere)
          .findFirst()
          .map(LookupFindings::elsewhere)
          .ifPresent(findings::add);
    }
    return findings;
  }

  private boolean failsAlone(LookupStreak streak) {
    return !streak.found()
        && streak.length() >= REPEATED
        && streaks.stream().anyMatch(each -> answersTheName(each, streak.latest().lookup()));
  }

  private static boolean answersTheName(Streak streak, Lookup lookup) {
    Probe probe = streak.latest().probe();
    String absolute = Question.absolute(lookup.name());
    return streak.failures() == 0
        && probe.vantage().equals(lookup.vantage())
        && probe.question().name().equalsIgnoreCase(absolute)
        && isAnsweredWithAddresses(probe.question())
        && lookup.servers().stream()
            .map(Server::address)
            .anyMatch(probe.server().address()::equals);
  }

  /** A right answer may also be that the name does not exist, or a record of another kind. */
  private static boolean isAnsweredWithAddresses(Question question) {
    return switch (question.expected()) {
      case Expectation.Records _ -> question.type().holdsAddress();
      case Expectation.NoSuchName _ -> false;
    };
  }

  private Finding fails(LookupStreak streak) {
    LookupOutcome latest = streak.latest();
    Lookup lookup = latest.lookup();
    String reason = latest.result() instanceof Result.Failed(var why, _) ? why.label() : "unknown";
    String step =
        latest
            .failedStep()
            .map(
                each ->
                    ": "
                        + each.probe().question().name()
                        + " "
                        + each.probe().question().type()
                        + " over "
                        + each.probe().question().transport().name())
            .orElse("");
    return finding(
        Code.LOOKUP_FAILS,
        streak,
        Confidence.LIKELY,
        "Lookups of "
            + lookup.name()
            + " fail in "
            + lookup.vantage().namespace()
            + " with "
            + lookup.kind().label()
            + " ("
            + reason
            + step
            + "), although the name itself is answered. The search list, the transport or another"
            + " nameserver is the reason.");
  }

  /** A search domain answers for a name that exists by itself: its server answers for all names. */
  private boolean endsElsewhere(LookupStreak streak) {
    return streak.found()
        && !streak.latest().lookup().name().endsWith(".")
        && !isForeign(streak.latest())
        && streaks.stream().anyMatch(each -> answersTheName(each, streak.latest().lookup()));
  }

  private static Finding elsewhere(LookupStreak streak) {
    Lookup lookup = streak.latest().lookup();
    String found =
        streak.latest().result() instanceof Result.Found(String name) ? name : lookup.name();
    String domain = found.substring(lookup.name().length() + 1);
    return finding(
        Code.SEARCH_DOMAIN_ANSWERS,
        streak,
        Confidence.LIKELY,
        "A lookup of "
            + lookup.name()
            + " in "
            + lookup.vantage().namespace()
            + " with "
            + lookup.kind().label()
            + " ends at "
            + found
            + ", although "
            + lookup.name()
            + ". exists. The search domain "
            + domain
            + " has this name, or a wildcard record that answers for every name. Applications get"
            + " an address of that domain.");
  }

  private static boolean costsMuch(LookupStreak streak) {
    LookupOutcome latest = streak.latest();
    return streak.found()
        && latest.names() >= SEVERAL_NAMES
        && isForeign(latest)
        && latest.steps().stream().noneMatch(LookupFindings::isRepeated);
  }

  /** A query that got no answer was sent again, which the search list does not cause. */
  private static boolean isRepeated(Step step) {
    return step.outcome().filter(each -> each.reply() instanceof Reply.TimedOut).isPresent();
  }

  /** The number of queries for the name that was found: for both types, perhaps also over TCP. */
  private static long least(LookupOutcome outcome) {
    return outcome.steps().stream()
        .map(step -> step.probe().question().name())
        .filter(Question.absolute(outcome.lookup().name())::equalsIgnoreCase)
        .count();
  }

  /** A name that was found with the name as it is, after the search list. */
  private static boolean isForeign(LookupOutcome outcome) {
    return outcome.result() instanceof Result.Found(String name)
        && name.equalsIgnoreCase(outcome.lookup().name() + ".");
  }

  private static Finding costs(LookupStreak streak) {
    LookupOutcome latest = streak.latest();
    Lookup lookup = latest.lookup();
    int domains = lookup.settings().search().size();
    return finding(
        Code.SEARCH_LIST_COST,
        streak,
        Confidence.OBSERVED,
        "A lookup of "
            + lookup.name()
            + " costs "
            + latest.steps().size()
            + " queries in "
            + lookup.vantage().namespace()
            + " with "
            + lookup.kind().label()
            + ": "
            + ndots(lookup)
            + " and "
            + domains
            + (domains == 1 ? " search domain" : " search domains")
            + ". A final dot, or ndots:"
            + lookup.dots()
            + ", makes it "
            + least(latest)
            + ".");
  }

  private static String ndots(Lookup lookup) {
    return lookup.settings().options().stream()
        .filter(option -> option.startsWith("ndots:"))
        .reduce((_, last) -> last)
        .orElse("ndots:1");
  }

  private static Finding finding(
      Code code, LookupStreak streak, Confidence confidence, String sentence) {
    LookupOutcome latest = streak.latest();
    Lookup lookup = latest.lookup();
    List<Transport> transports =
        latest.steps().stream()
            .map(step -> step.probe().question().transport())
            .distinct()
            .sorted()
            .toList();
    return new Finding(
        code,
        new Finding.Subject(
            List.of(lookup.vantage().namespace()),
            Words.pods(Stream.of(lookup.vantage())),
            lookup.servers().stream().map(Server::name).distinct().sorted().toList(),
            transports),
        confidence,
        streak.since(),
        sentence,
        evidence(latest),
        List.of(),
        Optional.empty());
  }

  private static List<String> evidence(LookupOutcome outcome) {
    List<String> evidence = new ArrayList<>();
    evidence.add("resolv.conf: " + outcome.lookup().settings().words() + ".");
    if (!outcome.lookup().unknown().isEmpty()) {
      evidence.add("Not visible: " + String.join(", ", outcome.lookup().unknown()) + ".");
    }
    String steps =
        outcome.steps().stream()
            .limit(MOST_STEPS)
            .map(LookupFindings::words)
            .collect(Collectors.joining(", "));
    int more = outcome.steps().size() - MOST_STEPS;
    evidence.add("Queries: " + steps + (more > 0 ? " and " + more + " more" : "") + ".");
    return evidence;
  }

  private static String words(Step step) {
    Question question = step.probe().question();
    return question.name() + " " + question.type() + " " + step.result();
  }
}
