package io.github.dnsonde.dashboards;

import java.awt.Rectangle;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One panel of a board. */
record Panel(JsonNode json) {

  int id() {
    return json.path("id").asInt(0);
  }

  String title() {
    return json.path("title").asString("");
  }

  String description() {
    return json.path("description").asString("");
  }

  String type() {
    return json.path("type").asString("");
  }

  /** In columns, of which there are 24, and rows. */
  Rectangle place() {
    JsonNode place = json.path("gridPos");
    return new Rectangle(
        place.path("x").asInt(),
        place.path("y").asInt(),
        place.path("w").asInt(),
        place.path("h").asInt());
  }

  List<Target> targets() {
    return json.path("targets").valueStream().map(Target::new).toList();
  }

  /** What stands there when there is nothing to show; a panel without it should have data. */
  Optional<String> whenEmpty() {
    return Optional.of(json.at("/fieldConfig/defaults/noValue").asString(""))
        .filter(text -> !text.isEmpty());
  }

  OptionalInt maxDataPoints() {
    JsonNode points = json.path("maxDataPoints");
    return points.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(points.asInt());
  }

  JsonNode defaults() {
    return json.at("/fieldConfig/defaults");
  }

  JsonNode options() {
    return json.path("options");
  }

  Stream<JsonNode> transformations(String id) {
    return json.path("transformations")
        .valueStream()
        .filter(each -> each.path("id").asString("").equals(id))
        .map(each -> each.path("options"));
  }

  /** A setting of one field or line, by its name; missing when there is none. */
  JsonNode override(String field, String property) {
    return json.at("/fieldConfig/overrides")
        .valueStream()
        .filter(each -> each.at("/matcher/options").asString("").equals(field))
        .flatMap(each -> each.path("properties").valueStream())
        .filter(each -> each.path("id").asString("").equals(property))
        .map(each -> each.path("value"))
        .findFirst()
        .orElseGet(() -> json.path("no such node"));
  }

  Unit unit() {
    return Unit.of(defaults().path("unit").asString("none"), decimals());
  }

  private OptionalInt decimals() {
    JsonNode decimals = defaults().path("decimals");
    return decimals.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(decimals.asInt());
  }

  Thresholds thresholds() {
    return Thresholds.of(defaults().path("thresholds"));
  }
}
