package io.github.dnsonde.alerts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The rules as they stand in the file.
 *
 * @param all of all groups, in order
 */
record AlertRules(List<JsonNode> all) {

  static final Path FILE = Path.of("alerts/dnsonde.yaml");

  static AlertRules read() throws IOException {
    return new AlertRules(
        yaml(FILE)
            .path("groups")
            .valueStream()
            .flatMap(group -> group.path("rules").valueStream())
            .toList());
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

  /** It is the same for all rules of an alert. */
  String summary(String alert) {
    return alerts().stream()
        .filter(rule -> rule.path("alert").asString().equals(alert))
        .map(rule -> rule.at("/annotations/summary").asString())
        .distinct()
        .collect(Collectors.joining(" and "));
  }
}
