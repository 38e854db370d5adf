package io.github.dnsonde.dashboards;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** One query of a panel. */
record Target(JsonNode json) {

  private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*([a-zA-Z_]+)\\s*}}");

  String refId() {
    return json.path("refId").asString("");
  }

  String expr() {
    return json.path("expr").asString("");
  }

  boolean instant() {
    return json.path("instant").asBoolean(false);
  }

  /** The name of a line, with its labels put in; blank where a label is absent. */
  String legend(Map<String, String> labels) {
    return LABEL
        .matcher(json.path("legendFormat").asString(""))
        .replaceAll(found -> quoted(labels.getOrDefault(found.group(1), "")))
        .strip();
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }
}
