package io.github.dnsonde.log;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.testkit.Forbidden;
import io.github.dnsonde.testkit.Hostile;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LoggingTest {

  private static final Log LOG = Log.named("agent");

  @Test
  void logfmtPutsTimeLevelLoggerAndMessageFirst() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.info(Event.of("listening").with("address", "127.0.0.1:9054").with("port", 9054));
      assertEquals(
          List.of(
              "time=TIME level=info logger=agent msg=listening address=127.0.0.1:9054 port=9054"),
          lines.fresh());
    }
  }

  @Test
  void jsonHasTheSameFieldsAndKeepsNumbers() {
    try (Lines lines = Lines.in(Logging.Format.JSON)) {
      LOG.info(Event.of("listening").with("address", "127.0.0.1:9054").with("port", 9054));
      assertEquals(
          List.of(
              "{\"time\":\"TIME\",\"level\":\"info\",\"logger\":\"agent\",\"msg\":\"listening\","
                  + "\"address\":\"127.0.0.1:9054\",\"port\":9054}"),
          lines.fresh());
    }
  }

  @Test
  void theTimeIsNowInUtcToTheMillisecond() {
    try (Lines lines = Lines.in(Logging.Format.JSON)) {
      Instant before = Instant.now().minusMillis(1);
      LOG.info(Event.of("x"));
      String time = json(lines.written().getFirst()).get("time").getAsString();
      assertTrue(time.matches("\\S{23}Z"), time);
      Instant at = Instant.parse(time);
      assertTrue(
          !at.isBefore(before) && at.isBefore(before.plus(Duration.ofMinutes(1))),
          time + " is not now, " + before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain|plain",
        "two words|\"two words\"",
        "``|\"\"",
        "a=b|\"a=b\"",
        "a;b|\"a;b\"",
        "say \"x\"|\"say \\\"x\\\"\"",
        "C:\\dir|\"C:\\\\dir\"",
        "10.244.3.57:57589->10.96.0.10:53|10.244.3.57:57589->10.96.0.10:53",
        "größe|größe"
      })
  void logfmtQuotesAmbiguousValues(String value, String expected) {
    assertEquals("v=" + expected, Logfmt.text(new Line(Map.of("v", value))));
  }

  @ParameterizedTest
  @CsvSource({
    "10, \\n",
    "13, \\r",
    "9, \\t",
    "0, \\u0000",
    "27, \\u001b",
    "127, \\u007f",
    "133, \\u0085",
    "8232, \\u2028",
    "8238, \\u202e",
    "65279, \\ufeff",
    "55296, \\ud800"
  })
  void logfmtEscapesInvisibleCharacters(int character, String expected) {
    assertEquals(
        "v=\"a" + expected + "b\"",
        Logfmt.text(new Line(Map.of("v", "a" + (char) character + "b"))));
  }

  @Test
  void jsonSurvivesEveryCharacter() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x3000; c++) {
      all.append(c);
    }
    String line = Json.text(new Line(Map.of("v", all.substring(0, 7_000))));
    assertEquals(1, line.lines().count(), "JSON on more than one line");
    assertEquals(all.substring(0, 7_000), json(line).get("v").getAsString());
  }

  @ParameterizedTest
  @EnumSource
  void hostileTextHasNoEffectInALog(Logging.Format format) {
    for (String text : Hostile.TEXTS) {
      try (Lines lines = Lines.in(format)) {
        LOG.warn(Event.of(text).with(text, text).with("pod", text).because(new IOException(text)));
        Logger.getLogger("library").severe(text);
        assertEquals(2, lines.written().size(), text);
        Forbidden.check(String.join("\n", lines.written()) + "\n", () -> text);
      }
    }
  }

  @Test
  void anErrorIsOneLineWithItsStack() {
    String expected =
        "java.io.IOException: in use\\n\\tat a.B.c(B.java:1)\\nCaused by:"
            + " java.lang.IllegalStateException: port \\\"9053\\\"\\n\\tat a.B.c(B.java:2)";
    Event event = Event.of("failed").because(error());
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.error(event);
      lines.configure(Logging.Format.JSON, System.Logger.Level.INFO);
      LOG.error(event);
      assertEquals(
          List.of(
              "time=TIME level=error logger=agent msg=failed error=\"" + expected + "\"",
              "{\"time\":\"TIME\",\"level\":\"error\",\"logger\":\"agent\",\"msg\":\"failed\","
                  + "\"error\":\""
                  + expected
                  + "\"}"),
          lines.fresh());
    }
  }

  @Test
  void theInnermostFramesAndEveryCauseOfADeepStackAreKept() {
    Throwable error = error();
    StackTraceElement[] deep = new StackTraceElement[1_000];
    Arrays.fill(deep, new StackTraceElement("a.B", "c", "B.java", 3));
    error.setStackTrace(deep);
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.error(Event.of("failed").because(error));
      String line = lines.fresh().getFirst();
      assertTrue(line.contains("\\n\\t... 990 more\\nCaused by: java.lang.IllegalState"), line);
    }
  }

  @Test
  void aCauseThatIsItsOwnCauseEnds() {
    IllegalStateException one = new IllegalStateException("one");
    IllegalStateException other = new IllegalStateException("other", one);
    one.initCause(other);
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.error(Event.of("failed").because(one));
      assertTrue(
          lines.fresh().getFirst().contains("Caused by: java.lang.IllegalState"), "no cause");
    }
  }

  private static Throwable error() {
    Throwable cause = new IllegalStateException("port \"9053\"");
    cause.setStackTrace(stack(2));
    Throwable error = new IOException("in use", cause);
    error.setStackTrace(stack(1));
    return error;
  }

  private static StackTraceElement[] stack(int line) {
    return new StackTraceElement[] {new StackTraceElement("a.B", "c", "B.java", line)};
  }

  @Test
  void everyLevelHasItsWord() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT, System.Logger.Level.DEBUG)) {
      LOG.debug(Event.of("a"));
      LOG.info(Event.of("b"));
      LOG.warn(Event.of("c"));
      LOG.error(Event.of("d"));
      assertEquals(
          List.of(
              "time=TIME level=debug logger=agent msg=a",
              "time=TIME level=info logger=agent msg=b",
              "time=TIME level=warn logger=agent msg=c",
              "time=TIME level=error logger=agent msg=d"),
          lines.fresh());
    }
  }

  @ParameterizedTest
  @CsvSource({"DEBUG, abcd", "INFO, bcd", "WARNING, cd", "ERROR, d", "OFF, ''", "ALL, abcd"})
  void nothingBelowTheLeastLevelIsLogged(System.Logger.Level least, String expected) {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT, least)) {
      LOG.debug(Event.of("a"));
      LOG.info(Event.of("b"));
      LOG.warn(Event.of("c"));
      LOG.error(Event.of("d"));
      assertEquals(
          expected,
          String.join(
              "", lines.fresh().stream().map(line -> line.replaceAll(".*msg=", "")).toList()));
    }
  }

  @Test
  void levelAndFormatCanBeChangedWhileRunning() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.debug(Event.of("before"));
      lines.configure(Logging.Format.JSON, System.Logger.Level.DEBUG);
      LOG.debug(Event.of("between"));
      lines.configure(Logging.Format.LOGFMT, System.Logger.Level.WARNING);
      LOG.info(Event.of("after"));
      assertEquals(
          List.of(
              "{\"time\":\"TIME\",\"level\":\"debug\",\"logger\":\"agent\",\"msg\":\"between\"}"),
          lines.fresh());
    }
  }

  @ParameterizedTest
  @CsvSource({"DEBUG, iwe", "INFO, we", "WARNING, we", "ERROR, e"})
  void librariesAreLoggedFromWarningsUpwards(System.Logger.Level least, String expected) {
    Logger library = Logger.getLogger("org.example.Server");
    try (Lines lines = Lines.in(Logging.Format.LOGFMT, least)) {
      library.fine("f");
      library.info("i");
      library.warning("w");
      library.severe("e");
      assertEquals(
          expected,
          String.join(
              "", lines.fresh().stream().map(line -> line.replaceAll(".*msg=", "")).toList()));
    }
  }

  @Test
  void aLibrarysMessageIsFilledInAndItsLoggerShortened() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      Logger.getLogger("org.example.Client")
          .log(Level.WARNING, "{0} of {1} failed", new Object[] {"one", "two"});
      Logger.getLogger("").warning("x");
      assertEquals(
          List.of(
              "time=TIME level=warn logger=Client msg=\"one of two failed\"",
              "time=TIME level=warn logger=root msg=x"),
          lines.fresh());
    }
  }

  @Test
  void bracesInOurMessagesAreKept() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.info(Event.of("lookup {0}. 'x'").with("a", "b"));
      assertEquals(
          List.of("time=TIME level=info logger=agent msg=\"lookup {0}. 'x'\" a=b"), lines.fresh());
    }
  }

  @Test
  void aFieldNeverReplacesOneOfTheLinesOwn() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.info(
          Event.of("x").with("level", "y").with("error", "z").with("a b=c", "d").with("", "e"));
      assertEquals(
          List.of("time=TIME level=info logger=agent msg=x level_=y error_=z a_b_c=d _=e"),
          lines.fresh());
    }
  }

  @Test
  void aLongValueIsCut() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LOG.info(Event.of("x").with("long", "y".repeat(1_000_000)));
      String line = lines.written().getFirst();
      assertTrue(line.length() < 9_000, "a line of " + line.length() + " characters");
      assertTrue(line.endsWith("yyy... (992000 more)\""), line.substring(line.length() - 50));
    }
  }

  @ParameterizedTest
  @EnumSource(Logging.Format.class)
  void anEventThatThrowsWhenItIsReadIsReportedAsSuch(Logging.Format format) {
    Object hostile =
        new Object() {
          @Override
          public String toString() {
            throw new UnsupportedOperationException("no");
          }
        };
    try (Lines lines = Lines.in(format)) {
      LOG.info(new Event("x", Map.of("hostile", hostile), Optional.empty()));
      String line = lines.fresh().getFirst();
      assertTrue(line.contains("an event could not be written"), line);
      assertTrue(line.contains("java.lang.UnsupportedOperationException"), line);
    }
  }

  @Test
  void aBrokenStreamCausesNoException() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, broken);
      assertDoesNotThrow(() -> LOG.info(Event.of("x")));
      assertEquals(List.of(), lines.fresh());
    }
  }

  @Test
  void theLastLinesOfAProcessAreAlsoWritten() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      LogManager.getLogManager().reset(); // as the shutdown hook of java.util.logging does
      LOG.info(Event.of("stopped"));
      LOG.debug(Event.of("unwanted"));
      assertEquals(List.of("time=TIME level=info logger=agent msg=stopped"), lines.fresh());
    }
  }

  @Test
  void linesOfManyThreadsDoNotMix() throws InterruptedException {
    int threads = 8;
    int each = 200;
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        writers.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int n = 0; n < each; n++) {
                        LOG.info(Event.of("x").with("y", "z".repeat(100)));
                      }
                    }));
      }
      for (Thread writer : writers) {
        writer.join();
      }
      List<String> written = lines.fresh();
      assertEquals(threads * each, written.size());
      assertEquals(1, written.stream().distinct().count(), "some lines are torn");
    }
  }

  @Test
  void noLineIsLostOrDuplicatedWhileTheFormatChanges() throws InterruptedException {
    int count = 500;
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < count; n++) {
                      LOG.info(Event.of("x"));
                    }
                  });
      while (writer.isAlive()) {
        lines.configure(Logging.Format.JSON, System.Logger.Level.INFO);
        lines.configure(Logging.Format.LOGFMT, System.Logger.Level.DEBUG);
      }
      writer.join();
      assertEquals(count, lines.fresh().size());
    }
  }

  @Test
  void anEventKeepsTheOrderOfItsFields() {
    Event event = Event.of("x").with("z", "1").with("a", "2").with("m", 3);
    assertEquals(List.of("z", "a", "m"), List.copyOf(event.fields().keySet()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "250000, 0.25ms",
    "1234567, 1.234ms",
    "12500000, 12.5ms",
    "100000000, 100ms",
    "999999999, 999.999ms",
    "1000000000, 1s",
    "7500000000, 7.5s",
    "59999999999, 59.999s",
    "60000000000, 1m0s",
    "133700000000, 2m13s",
    "3605000000000, 1h0m5s",
    "360000000000000, 100h0m0s"
  })
  void timesAreWrittenAsGoDoes(long nanos, String expected) {
    assertEquals(expected, Elapsed.text(Duration.ofNanos(nanos)));
  }

  private static JsonObject json(String line) {
    return JsonParser.parseString(line).getAsJsonObject();
  }
}
