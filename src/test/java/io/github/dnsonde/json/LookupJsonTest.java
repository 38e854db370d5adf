package io.github.dnsonde.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupOutcome.Step;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.testkit.SampleLookups;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LookupJsonTest {

  private static final Lookup LOOKUP =
      SampleLookups.lookup(SampleOutcomes.vantage("shop"), ResolverKind.GLIBC);

  @Test
  void theSettingsTheStepsAndTheResultAreWritten() throws IOException {
    LookupOutcome outcome =
        SampleLookups.outcome(LOOKUP, SampleOutcomes.NOON, new Result.Failed(Reason.NXDOMAIN, 6));
    Step first = outcome.steps().getFirst();
    Step alone = new Step(Duration.ofMillis(2_500), first.probe(), Optional.empty());
    JsonObject json =
        written(
            new LookupOutcome(
                LOOKUP, outcome.at(), outcome.duration(), List.of(first, alone), outcome.result()));
    assertEquals("2026-11-22T12:00:00Z", json.get("at").getAsString());
    assertEquals("shop", json.getAsJsonObject("vantage").get("namespace").getAsString());
    assertEquals("example.com", json.get("name").getAsString());
    assertEquals("glibc", json.get("resolver").getAsString());
    assertEquals(
        "{\"nameservers\":[\"10.96.0.10\"],\"search\":[\"shop.svc.cluster.local\","
            + "\"svc.cluster.local\"],\"options\":[\"ndots:5\"]}",
        json.get("resolvConf").toString());
    assertEquals("[]", json.get("notVisible").toString());
    assertEquals("0.02", json.get("durationSeconds").toString());
    assertEquals(
        "{\"kind\":\"failed\",\"name\":null,\"reason\":\"nxdomain\",\"cause\":null,\"step\":6}",
        json.get("result").toString());
    JsonObject answered = json.getAsJsonArray("steps").get(0).getAsJsonObject();
    assertEquals("nxdomain", answered.getAsJsonObject("outcome").get("reason").getAsString());
    JsonObject left = json.getAsJsonArray("steps").get(1).getAsJsonObject();
    assertTrue(left.get("outcome").isJsonNull(), left::toString);
    assertEquals("2.5", left.get("afterSeconds").toString());
    assertEquals(
        "example.com.shop.svc.cluster.local.",
        left.getAsJsonObject("question").get("name").getAsString());
    assertEquals("kube-dns", left.getAsJsonObject("server").get("name").getAsString());
  }

  @Test
  void whatCouldNotBeSentHasItsCause() throws IOException {
    LookupOutcome outcome =
        new LookupOutcome(
            LOOKUP,
            SampleOutcomes.NOON,
            Optional.empty(),
            List.of(),
            new Result.Untested(Cause.NO_SOCKET));
    assertEquals(
        "{\"kind\":\"untested\",\"name\":null,\"reason\":null,\"cause\":\"no_socket\",\"step\":null}",
        written(outcome).get("result").toString());
  }

  private static JsonObject written(LookupOutcome outcome) throws IOException {
    StringWriter out = new StringWriter();
    LookupJson.write(outcome, out);
    return JsonParser.parseString(out.toString()).getAsJsonObject();
  }
}
