package io.github.dnsonde.json;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.probe;
import static io.github.dnsonde.testkit.SampleOutcomes.replied;
import static io.github.dnsonde.testkit.SampleOutcomes.servfail;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.untested;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeJsonTest {

  private final Probe shop = probe("shop");

  @Test
  void aGoodOutcomeIsWrittenExactly() throws IOException {
    assertEquals(
        """
        [
          {
            "at": "2026-11-22T12:00:00Z",
            "vantage": {
              "namespace": "shop",
              "workload": "web",
              "pod": "web-1",
              "node": "node-a"
            },
            "server": {
              "name": "kube-dns",
              "address": "10.96.0.10",
              "port": 53
            },
            "question": {
              "name": "example.com.",
              "type": "A",
              "transport": "udp",
              "scope": "external"
            },
            "inUse": true,
            "verdict": "good",
            "reason": null,
            "cause": null,
            "durationSeconds": 0.002,
            "local": "10.244.3.57:57589",
            "rcode": "NOERROR",
            "truncated": false,
            "answers": [
              "A 192.0.2.80"
            ],
            "answerCount": 1,
            "ignored": [],
            "detail": null
          }
        ]
        """,
        array(good(shop, 2)));
  }

  @Test
  void aTimeoutHasAReasonAndNoRcode() throws IOException {
    assertEquals(
        "\"verdict\":\"unanswered\",\"reason\":\"timeout\",\"cause\":null,"
            + "\"durationSeconds\":7.5,\"local\":\"10.244.3.57:57589\",\"rcode\":null,\"truncated\":false,\"answers\":[],\"answerCount\":0,\"ignored\":[],\"detail\":\"waiting"
            + " for the response\"}",
        tail(timeout(shop)));
  }

  @Test
  void anUntestedProbeHasACauseAndNothingMeasured() throws IOException {
    assertEquals(
        "\"verdict\":\"untested\",\"reason\":null,\"cause\":\"no_permission\","
            + "\"durationSeconds\":null,\"local\":null,\"rcode\":null,\"truncated\":false,\"answers\":[],\"answerCount\":0,\"ignored\":[],\"detail\":\"made"
            + " up\"}",
        tail(untested(shop, Cause.NO_PERMISSION)));
  }

  @Test
  void detailAddsToTheReason() throws IOException {
    assertEquals("no header", detail(new Reply.Malformed("no header")));
    assertEquals("end of stream after 3 octets", detail(new Reply.StreamEnded(3)));
    assertEquals("waiting for the connection", detail(new Reply.TimedOut(Reply.Phase.CONNECT)));
    assertEquals("EACCES", detail(new Reply.Prohibited(Errno.EACCES)));
    assertEquals("ENETUNREACH", detail(new Reply.NoRoute(Errno.ENETUNREACH)));
    assertEquals("EPERM", detail(new Reply.LocalDenied(Errno.EPERM)));
  }

  @Test
  void durationsAreDecimalsWithoutAnExponent() throws IOException {
    assertEquals("1", seconds(Duration.ofSeconds(1)));
    assertEquals("0.000000001", seconds(Duration.ofNanos(1)));
    assertEquals("0.00042", seconds(Duration.ofNanos(420_000)));
    assertEquals("0", seconds(Duration.ZERO));
    assertEquals("20", seconds(Duration.ofSeconds(20)));
  }

  @Test
  void anIpv6PeerIsInBrackets() throws IOException {
    Outcome outcome =
        Outcome.judged(
            shop,
            NOON,
            Optional.empty(),
            Optional.of(new InetSocketAddress(InetAddress.ofLiteral("fd00::7"), 4_242)),
            Ignored.NONE,
            new Reply.PortUnreachable(),
            Pace.DEFAULT.late());
    assertEquals("[fd00::7]:4242", parse(outcome).get("local").getAsString());
  }

  @Test
  void aServersTextCannotBreakOutOfItsString() throws IOException {
    String nasty = "\"}],\n\t\u0000\u2028</script>";
    Outcome outcome =
        replied(
            shop,
            1,
            new Reply.Answered(0, false, List.of(new Answer("example.com.", "TXT", nasty)), 60));
    assertEquals("TXT " + nasty, parse(outcome).getAsJsonArray("answers").get(0).getAsString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, NOERROR",
    "1, FORMERR",
    "2, SERVFAIL",
    "3, NXDOMAIN",
    "4, NOTIMP",
    "5, REFUSED",
    "11, DSOTYPENI",
    "12, RCODE12",
    "16, BADVERS",
    "23, BADCOOKIE",
    "24, RCODE24",
    "4095, RCODE4095"
  })
  void responseCodesHaveTheirMnemonics(int code, String mnemonic) throws IOException {
    Reply reply = new Reply.Answered(code, false, List.of(), 40);
    assertEquals(mnemonic, parse(replied(shop, 1, reply)).get("rcode").getAsString());
  }

  @Test
  void truncationIsReported() throws IOException {
    Reply reply = new Reply.Answered(0, true, List.of(), 40);
    assertEquals(true, parse(replied(shop, 1, reply)).get("truncated").getAsBoolean());
  }

  @Test
  void historyHasTheLatestAndTheFailures() throws IOException {
    StringWriter text = new StringWriter();
    OutcomeJson.writeHistory(
        List.of(good(shop, 1)), List.of(timeout(shop), servfail(shop, 2)), text);
    JsonObject json = JsonParser.parseString(text.toString()).getAsJsonObject();
    assertEquals(List.of("latest", "failures"), List.copyOf(json.keySet()));
    assertEquals(1, json.getAsJsonArray("latest").size());
    assertEquals(2, json.getAsJsonArray("failures").size());
  }

  @Test
  void noOutcomeIsAnEmptyArray() throws IOException {
    assertEquals("[]\n", array());
  }

  @Test
  void anErrorIsOneString() {
    assertEquals("{\"error\":\"no \\\"such\\\" path\"}", ErrorJson.of("no \"such\" path"));
  }

  private String detail(Reply reply) throws IOException {
    return parse(replied(shop, 1, reply)).get("detail").getAsString();
  }

  private String seconds(Duration duration) throws IOException {
    Outcome outcome =
        Outcome.judged(
            shop,
            NOON,
            Optional.of(duration),
            Optional.empty(),
            Ignored.NONE,
            new Reply.PortUnreachable(),
            Pace.DEFAULT.late());
    return parse(outcome).get("durationSeconds").getAsString();
  }

  /** The part that depends on the reply. */
  private static String tail(Outcome outcome) throws IOException {
    String text = compact(outcome);
    return text.substring(
        text.indexOf("\"verdict\""), text.length() - "],\"failures\":[]}".length());
  }

  private static JsonObject parse(Outcome outcome) throws IOException {
    return JsonParser.parseString(compact(outcome))
        .getAsJsonObject()
        .getAsJsonArray("latest")
        .get(0)
        .getAsJsonObject();
  }

  private static String compact(Outcome outcome) throws IOException {
    StringWriter text = new StringWriter();
    OutcomeJson.writeHistory(List.of(outcome), List.of(), text);
    return text.toString();
  }

  private static String array(Outcome... outcomes) throws IOException {
    StringWriter text = new StringWriter();
    OutcomeJson.writeArray(List.of(outcomes), text);
    return text.toString();
  }
}
