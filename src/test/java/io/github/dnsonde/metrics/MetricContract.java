package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.VantageStatus;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names that a text may use for our metrics: names and labels of {@link MetricCatalogue}, and
 * those that the recording rules add.
 *
 * @param recorded names of recording rules
 * @param added labels that rules add to their series or alerts
 */
record MetricContract(Set<String> recorded, Set<String> added) {

  private static final Pattern NAME = Pattern.compile("[\\w:]*dnsonde_[\\w:]*\\w");
  private static final Pattern SELECTOR = Pattern.compile("([\\w:]+)\\s*\\{([^{}]*)}");
  private static final Pattern MATCHER =
      Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\\\\?[\"']([^\"'\\\\]*)");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([\\w,\\s]*)\\)");
  private static final Pattern TEMPLATE =
      Pattern.compile("\\$labels\\.([a-z_]+)|\\{\\{\\s*(?!end\\b|else\\b)([a-z_]+)\\s*}}");

  /** The last three arguments of label_replace and label_join; the first is the new label. */
  private static final Pattern MADE = Pattern.compile("\"(\\w+)\",\\s*\"[^\"]*\",\\s*\"\\w*\"");

  private static final Pattern WORDS = Pattern.compile("[a-z_]+(\\|[a-z_]+)*");

  /** The labels of the scrape and of Prometheus' own alert series. */
  private static final Set<String> THE_SCRAPES =
      Set.of(
          "cluster",
          "node",
          "job",
          "instance",
          "namespace",
          "pod",
          "alertname",
          "alertstate",
          "severity");

  private static final Set<String> HISTOGRAMS = Set.of("_bucket", "_sum", "_count");

  /** Names of series, and the labels that each has of its own. */
  private static final Map<String, Set<String>> EXPORTED = exported();

  private static final Set<String> LABELS =
      EXPORTED.values().stream().flatMap(Set::stream).collect(toSet());

  private static final Set<String> OFF_BY_DEFAULT =
      Stream.of(MetricCatalogue.values())
          .filter(family -> !Detail.CORE.exports(family))
          .flatMap(MetricContract::names)
          .collect(toSet());

  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "reason", Arrays.stream(Reason.values()).map(Reason::label).collect(toSet()),
          "cause", causes());

  MetricContract {
    recorded = Set.copyOf(recorded);
    added = Set.copyOf(added);
  }

  /** The causes of untested probes, and of blind namespaces. */
  private static Set<String> causes() {
    return Stream.concat(
            Arrays.stream(Cause.values()).map(Cause::label),
            Arrays.stream(VantageStatus.values()).map(VantageStatus::label))
        .collect(toSet());
  }

  private static Map<String, Set<String>> exported() {
    return Stream.of(MetricCatalogue.values())
        .flatMap(family -> names(family).map(name -> Map.entry(name, labels(family, name))))
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Stream<String> names(MetricCatalogue family) {
    Stream<String> parts =
        family.type() == MetricCatalogue.Type.HISTOGRAM
            ? HISTOGRAMS.stream().map(part -> family.metricName() + part)
            : Stream.empty();
    return Stream.concat(Stream.of(family.metricName()), parts);
  }

  private static Set<String> labels(MetricCatalogue family, String name) {
    Set<String> labels = new HashSet<>(Set.of(family.labelNames()));
    if (name.endsWith("_bucket")) {
      labels.add("le");
    }
    return labels;
  }

  /** Names in a text that are neither exported nor recorded. */
  List<String> unknownNames(String text) {
    return NAME.matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(name -> !EXPORTED.containsKey(name) && !recorded.contains(name))
        .distinct()
        .toList();
  }

  /** Names in a text of families that are exported only with all details. */
  static List<String> namesOffByDefault(String text) {
    return NAME.matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(OFF_BY_DEFAULT::contains)
        .distinct()
        .toList();
  }

  /** Returns true if a text concerns our series. */
  boolean concerns(String text) {
    return NAME.matcher(text).find() || recorded.stream().anyMatch(text::contains);
  }

  /** Labels and values in its selectors, groupings and templates that no series has. */
  List<String> unknownLabels(String text) {
    Set<String> made = MADE.matcher(text).results().map(match -> match.group(1)).collect(toSet());
    return Stream.of(
            SELECTOR.matcher(text).results().flatMap(this::inSelector),
            GROUPING.matcher(text).results().flatMap(match -> listed(match.group(1))),
            TEMPLATE.matcher(text).results().map(MetricContract::inTemplate))
        .flatMap(labels -> labels)
        .filter(label -> !made.contains(label) && !known(label, LABELS))
        .distinct()
        .toList();
  }

  private static Stream<String> listed(String names) {
    return Arrays.stream(names.split(",", -1)).map(String::strip).filter(name -> !name.isEmpty());
  }

  private static String inTemplate(MatchResult found) {
    return Optional.ofNullable(found.group(1)).orElseGet(() -> found.group(2));
  }

  private Stream<String> inSelector(MatchResult selector) {
    String name = selector.group(1);
    Optional<Set<String>> own = Optional.ofNullable(EXPORTED.get(name));
    if (own.isEmpty() && !recorded.contains(name)) {
      return Stream.empty(); // not ours
    }
    return MATCHER
        .matcher(selector.group(2))
        .results()
        .flatMap(
            matcher ->
                known(matcher.group(1), own.orElse(LABELS))
                    ? unknownValues(matcher.group(1), matcher.group(2))
                    : Stream.of(name + "{" + matcher.group(1) + "}"));
  }

  private static Stream<String> unknownValues(String label, String value) {
    Set<String> known = VALUES.getOrDefault(label, Set.of());
    return known.isEmpty() || !WORDS.matcher(value).matches()
        ? Stream.empty()
        : Arrays.stream(value.split("\\|", -1))
            .filter(word -> !known.contains(word))
            .map(word -> label + "=" + word);
  }

  private boolean known(String label, Set<String> own) {
    return own.contains(label) || THE_SCRAPES.contains(label) || added.contains(label);
  }
}
