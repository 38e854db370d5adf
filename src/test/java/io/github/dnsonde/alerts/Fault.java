package io.github.dnsonde.alerts;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A fault that hits matching queries for a while.
 *
 * @param from seconds; may be before 0
 * @param to seconds
 * @param where labels that a query must have, {@code node} among them; empty for all
 * @param reason of the failure; empty if the answer is right
 * @param oneIn one query in so many of a probe is hit
 * @param seconds how long it takes
 */
record Fault(
    double from, double to, Map<String, String> where, String reason, int oneIn, double seconds) {

  private static final double TIMEOUT = 7.5;
  private static final double AT_ONCE = 0.0008;

  static Fault read(JsonNode fault) {
    Map<String, String> where = new LinkedHashMap<>();
    fault.path("where").forEachEntry((label, value) -> where.put(label, value.asString()));
    String reason = fault.path("reason").asString("");
    return new Fault(
        Scenario.seconds(fault.path("from").asString("0s")),
        Scenario.seconds(fault.path("to").asString("24h")),
        where,
        reason,
        fault.path("one-in").asInt(1),
        fault.has("takes") ? Scenario.seconds(fault.path("takes").asString()) : usual(reason));
  }

  static double usual(String reason) {
    return reason.equals("timeout") ? TIMEOUT : AT_ONCE;
  }

  boolean hits(Map<String, String> labels, double at, long nth) {
    return at >= from
        && at < to
        && Math.floorMod(nth, oneIn) == 0
        && labels.entrySet().containsAll(where.entrySet());
  }
}
