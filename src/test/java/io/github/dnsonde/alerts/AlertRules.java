package io.github.dnsonde.alerts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The rules of the file.
 *
 * @param all the rules of all groups, in order
 */
record AlertRules(List<JsonNode> all) {

  static final Path FILE = Path.of("alerts/dnsonde.yaml");
  private static final Pattern NAME = Pattern.compile("\\bdnsonde_\\w+");
  private static final Pattern FINDING =
      Pattern.compile("(?s)\\{\\{ with printf .*\\{\\{ else }}(.*)\\{\\{ end }}");
  private static final Pattern LABEL = Pattern.compile("\\{\\{ \\$labels\\.(\\w+) }}");

  static AlertRules read() throws IOException {
    return new AlertRules(
        yaml(FILE)
            .path("groups")
            .valueStream()
            .flatMap(group -> group.path("rules").valueStream())
            .toList());
  }

  /** Returns the rules of the groups with this interval. */
  static List<JsonNode> evaluatedEvery(String interval) throws IOException {
    return yaml(FILE)
        .path("groups")
        .valueStream()
        .filter(group -> group.path("interval").asString("").equals(interval))
        .flatMap(group -> group.path("rules").valueStream())
        .toList();
  }

  /** Returns the names of the groups, in order. */
  static List<String> groups() throws IOException {
    return yaml(FILE)
        .path("groups")
        .valueStream()
        .map(group -> group.path("name").asString())
        .toList();
  }

  /** Returns the names of the agents' series that the rules use. */
  static Set<String> series() {
    try {
      return NAME.matcher(Files.readString(FILE))
          .results()
          .map(MatchResult::group)
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Returns an annotation that not every alert has, as it is while there is no finding; empty if
   * this alert has none.
   */
  Optional<String> optional(String annotation, String alert, Map<String, String> labels) {
    return alerts().stream()
        .filter(rule -> rule.path("alert").asString().equals(alert))
        .filter(
            rule ->
                rule.at("/labels/severity")
                    .asString("")
                    .equals(labels.getOrDefault("severity", "")))
        .filter(rule -> rule.path("annotations").has(annotation))
        .map(rule -> rule.path("annotations").path(annotation).asString())
        .map(text -> FINDING.matcher(text).replaceAll("$1"))
        .map(text -> LABEL.matcher(text).replaceAll(name -> labels.getOrDefault(name.group(1), "")))
        .findFirst();
  }

  static JsonNode yaml(Path file) throws IOException {
    return YAMLMapper.shared().readTree(Files.readString(file));
  }

  List<JsonNode> alerts() {
    return all.stream().filter(rule -> rule.has("alert")).toList();
  }

  Set<String> alertNames() {
    return alerts().stream()
        .map(rule -> rule.path("alert").asString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the summary of an alert, which is the same for all its rules. */
  String summary(String alert) {
    return alerts().stream()
        .filter(rule -> rule.path("alert").asString().equals(alert))
        .map(rule -> rule.at("/annotations/summary").asString())
        .distinct()
        .collect(Collectors.joining(" and "));
  }
}
