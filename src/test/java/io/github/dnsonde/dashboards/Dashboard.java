package io.github.dnsonde.dashboards;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A board as Grafana stores it (grafana.com/docs: dashboard JSON model, schema 39). */
record Dashboard(JsonNode json) {

  private static final JsonMapper MAPPER = new JsonMapper();

  static final Path FOLDER = Path.of("dashboards");

  /** The files of all boards. */
  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  static Dashboard read(Path file) throws IOException {
    return new Dashboard(MAPPER.readTree(Files.readString(file)));
  }

  String uid() {
    return json.path("uid").asString();
  }

  String title() {
    return json.path("title").asString();
  }

  List<Panel> panels() {
    return json.path("panels").valueStream().map(Panel::new).toList();
  }

  List<JsonNode> variables() {
    return json.at("/templating/list").valueStream().toList();
  }

  List<JsonNode> links() {
    return json.path("links").valueStream().toList();
  }

  List<JsonNode> annotations() {
    return json.at("/annotations/list").valueStream().toList();
  }
}
