package io.github.dnsonde.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.RefusedReportException;
import io.github.dnsonde.report.RefusedReportException.Why;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.testkit.SampleReports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportJsonTest {

  @Test
  void aWrittenReportIsReadBack() throws IOException {
    for (Report report : List.of(SampleReports.full(), SampleReports.empty("node-a"))) {
      assertEquals(report, read(SampleReports.json(report)));
    }
  }

  @Test
  void aWrittenReplyIsReadBack() throws IOException {
    for (ReportReply reply : List.of(ReportReply.NONE, SampleReports.reply())) {
      StringWriter json = new StringWriter();
      ReportReplyJson.write(reply, json);
      assertEquals(reply, ReportReplyJson.read(octets(json.toString())));
    }
  }

  /** Shares of the work must not add up to more than the budget. */
  @Test
  void theShareOfTheWorkIsRoundedDown() throws IOException {
    ReportReply reply =
        ReportReplyJson.read(
            octets(
                "{\"nodeShare\":{\"queriesPerSecond\":0.33333399,\"whole\":true,"
                    + "\"backgroundSeconds\":285,\"clockMillis\":0,\"core\":[]}}"));
    StringWriter json = new StringWriter();
    ReportReplyJson.write(reply, json);
    assertTrue(json.toString().contains("\"queriesPerSecond\":0.333333,"), json.toString());
  }

  /** Versions differ during a rollout: both sides must read each other's documents. */
  @Test
  void unknownFieldsAreIgnored() throws IOException {
    Report full = SampleReports.full();
    String newer =
        SampleReports.json(full)
            .replace("{\"node\"", "{\"new\":{\"deep\":[1,{\"a\":null}]},\"node\"")
            .replace("{\"namespace\"", "{\"new\":[[]],\"namespace\"")
            .replace("{\"server\"", "{\"new\":1,\"server\"")
            .replace("{\"scope\"", "{\"new\":\"x\",\"scope\"")
            .replace("{\"code\"", "{\"new\":true,\"code\"");
    assertEquals(full, read(newer));
    assertEquals(
        SampleReports.reply(),
        ReportReplyJson.read(
            octets(
                "{\"new\":1,\"nodeShare\":{\"new\":1,\"queriesPerSecond\":1.5,\"whole\":false,"
                    + "\"backgroundSeconds\":290,\"clockMillis\":1750000000123,\"core\":["
                    + "{\"new\":1,\"namespace\":\"pay\",\"class\":\"-\",\"turn\":4,\"of\":6},"
                    + "{\"namespace\":\"shop\",\"class\":\"default-deny\",\"turn\":0,\"of\":3}]}}")));
  }

  /** A newer agent may know more words. What they describe is left out and counted. */
  @ParameterizedTest
  @CsvSource({
    "'\"state\":\"wrong\"', '\"state\":\"odd\"', 1",
    "'\"servfail\"', '\"odd\"', 1",
    "'\"scope\":\"internal\"', '\"scope\":\"odd\"', 3",
    "'\"code\":\"server_down\"', '\"code\":\"odd\"', 1",
    "'\"confidence\":\"likely\"', '\"confidence\":\"odd\"', 33",
    "'\"transport\":\"udp\"', '\"transport\":\"quic\"', 7",
  })
  void elementsWithUnknownWordsAreLeftOutAndCounted(String word, String odd, int leftOut)
      throws IOException {
    Report full = SampleReports.full();
    Report read = read(SampleReports.json(full).replace(word, odd));
    assertEquals(full.omitted() + leftOut, read.omitted());
    assertEquals(parts(full) - leftOut, parts(read));
  }

  private static int parts(Report report) {
    return report.findings().size()
        + report.vantages().stream().mapToInt(vantage -> vantage.paths().size()).sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "not json", "{\"node\":", "{\"node\":\"a\"", "{'node':'a'}"})
  void whatIsNotJsonIsMalformed(String text) {
    assertEquals(Why.MALFORMED, refused(octets(text)).why());
  }

  @Test
  void textAfterTheDocumentIsMalformed() {
    String json = SampleReports.json(SampleReports.full());
    assertEquals(Why.MALFORMED, refused(octets(json + "{}")).why());
  }

  @Test
  void whatIsNotUtf8IsMalformed() {
    byte[] octets = SampleReports.json(SampleReports.full()).getBytes(UTF_8);
    octets[20] = (byte) 0xff;
    assertEquals(Why.MALFORMED, refused(new ByteArrayInputStream(octets)).why());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"node\":\"node-a\",||the field node is missing",
        "\"vantages\":[|\"others\":[|the field vantages is missing",
        "\"node\":\"node-a\"|\"node\":\"\"|the node's name is empty",
        "\"node\":\"node-a\"|\"node\":5|expected a string at $.node",
        "\"runningSeconds\":86461|\"runningSeconds\":-1|running is -1 s",
        "\"runningSeconds\":86461|\"runningSeconds\":1e300|expected an age in seconds",
        "\"omitted\":2|\"omitted\":-2|omitted is -1",
        "\"omitted\":2|\"omitted\":2.5|expected a whole number at $.omitted",
        "\"port\":53|\"port\":0|port 0 is not within",
        "\"port\":53|\"port\":99999999999|port 2147483647 is not within",
        "\"address\":\"10.96.0.10\"|\"address\":\"a.example\"|Invalid IP address literal:"
            + " a.example",
        "\"core\":true|\"core\":\"yes\"|xpected",
        "\"series\":2345|\"series\":-5|series is -5",
        "\"wanted\":6.8|\"wanted\":-6|wanted is -6",
        "\"servfail\":6|\"servfail\":0|a count is below 1",
        "\"servfail\":6|\"nxdomain\":6|the latest reason is servfail",
        "\"state\":\"good\"|\"state\":\"late\"|a path that is late has 0 results",
        "\"state\":\"late\"|\"state\":\"good\"|a path that is good has 2 results",
        "\"sentence\":\"It is server_down.\",||the field sentence is missing",
        "\"findings\":[|\"findings\":null,\"more\":[|xpected",
      })
  void whatNoAgentSendsIsInvalid(String part, String broken, String why) {
    String json = SampleReports.json(SampleReports.full());
    assertTrue(json.contains(part), json);
    RefusedReportException refused =
        refused(octets(json.replace(part, broken == null ? "" : broken)));
    assertEquals(Why.INVALID, refused.why(), refused.getMessage());
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
  }

  /** Agents of before did not report them. */
  @Test
  void aReportWithoutUnprobedPodsIsRead() throws IOException {
    String json = SampleReports.json(SampleReports.full());
    String before = json.replaceFirst("\"unprobed\":\\[[^]]*],", "");
    assertNotEquals(json, before);
    assertEquals(List.of(), ReportJson.read(octets(before)).unprobed());
  }

  @Test
  void tooManyOfAnythingIsInvalid() {
    assertBeyond(
        "vantages",
        "\"vantages\":[",
        "{\"namespace\":\"a\",\"workload\":\"b\",\"pod\":\"c\",\"class\":\"-\",\"paths\":[]}",
        Limits.VANTAGES);
    assertBeyond(
        "blind namespaces", "\"blind\":[", "{\"namespace\":\"a\",\"cause\":\"b\"}", Limits.BLIND);
    assertBeyond(
        "pods that are not probed",
        "\"unprobed\":[",
        "{\"namespace\":\"a\",\"pod\":\"b\",\"cause\":\"c\"}",
        Limits.UNPROBED);
    assertBeyond("findings", "\"findings\":[", "{\"code\":\"odd\"}", Limits.FINDINGS);
    assertBeyond("sentences of evidence", "\"evidence\":[", "\"a\"", Limits.EVIDENCE);
    assertBeyond("namespaces of a finding", "\"namespaces\":[", "\"a\"", Limits.NAMES);
    assertBeyond("paths of a vantage", "\"paths\":[", "{\"state\":\"odd\"}", Limits.PATHS);
    assertBeyond("results on a path", "\"results\":[", "{\"scope\":\"odd\"}", Limits.RESULTS);
  }

  private static void assertBeyond(String what, String array, String element, int most) {
    String more =
        IntStream.rangeClosed(0, most).mapToObj(_ -> element).collect(Collectors.joining(","));
    String json = SampleReports.json(SampleReports.full());
    RefusedReportException refused =
        refused(octets(json.replace(array, array + more + ",").replace(",]", "]")));
    assertEquals(Why.INVALID, refused.why());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("there are more than " + most + " " + what),
        refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "namespace", "workload", "pod", "class", "server", "cause"})
  void aNameThatIsTooLongIsInvalid(String field) {
    String json =
        SampleReports.json(SampleReports.full())
            .replaceFirst("\"" + field + "\":\"", "\"" + field + "\":\"" + "x".repeat(400));
    RefusedReportException refused = refused(octets(json));
    assertEquals(Why.INVALID, refused.why());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("more than 320"), refused.getMessage());
  }

  @Test
  void aDocumentThatIsNestedTooDeepIsRefused() {
    String deep = "{\"new\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    RefusedReportException refused = refused(octets(deep));
    assertEquals(Why.MALFORMED, refused.why());
  }

  /** A compressed document may inflate to anything: reading ends at the limit. */
  @Test
  void anEndlessDocumentIsRefusedAtTheLimit() {
    for (String begin : List.of("{\"new\":\"", "{\"node\":\"", "{\"new\":[")) {
      Endless endless = new Endless(begin);
      RefusedReportException refused = refused(endless);
      assertEquals(Why.TOO_LARGE, refused.why(), refused.getMessage());
      assertTrue(endless.read < Limits.OCTETS + (64 << 10), endless.read + " octets were read");
    }
  }

  @Test
  void aMessageQuotesLittleOfADocument() {
    String json =
        SampleReports.json(SampleReports.full())
            .replace("\"10.96.0.10\"", "\"\\u001b[31m" + "x".repeat(100_000) + "\"");
    String message = String.valueOf(refused(octets(json)).getMessage());
    assertTrue(message.length() < 400, message);
    assertTrue(message.indexOf('\u001b') < 0, message);
  }

  @Test
  void everyStateIsInTheSample() {
    assertEquals(
        List.of(PathState.values()),
        SampleReports.full().vantages().getFirst().paths().stream()
            .map(path -> path.state())
            .toList());
  }

  private static Report read(String json) throws IOException {
    return ReportJson.read(octets(json));
  }

  private static RefusedReportException refused(InputStream octets) {
    return assertThrows(RefusedReportException.class, () -> ReportJson.read(octets));
  }

  private static InputStream octets(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  /** A document that begins like one and never ends. */
  private static final class Endless extends InputStream {
    private final byte[] begin;
    private long read;

    private Endless(String begin) {
      this.begin = begin.getBytes(UTF_8);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("reads whole buffers");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      for (int i = 0; i < length; i++) {
        target[offset + i] = next();
      }
      return length;
    }

    private byte next() {
      long at = read++;
      if (at < begin.length) {
        return begin[(int) at];
      }
      return begin[begin.length - 1] == '['
          ? (byte) (at % 2 == begin.length % 2 ? '1' : ',')
          : (byte) 'x';
    }
  }
}
