package io.github.dnsonde.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Connection;
import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import io.github.dnsonde.json.OutcomeJson;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Way;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Help.Ansi;

/**
 * Output of {@code check} for servers with one odd habit each. Each file has one case: the octets
 * that the server sends, and the row that the table shows.
 */
class OddServersTest {

  private static final Path FOLDER = Path.of("src/test/resources/odd-servers");
  private static final int HEADER = 12;
  private static final int TYPE_AND_CLASS = 4;

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isShownCorrectly(Path file) throws IOException {
    OddServer odd = OddServer.read(file);
    assertFalse(odd.expected.isEmpty(), "nothing is expected");
    for (Outcome outcome : odd.asked()) {
      String expected =
          odd.expected.getOrDefault(outcome.probe().question().transport(), "nothing");
      String context = outcome.probe().question().transport() + " of " + file;
      assertEquals(expected, row(table(outcome)), context);
      JsonObject json = json(outcome);
      assertEquals(expected, row(json), "JSON, " + context);
      assertEquals(
          expected.contains("ignored 1 message"),
          !json.getAsJsonArray("ignored").isEmpty(),
          json::toString);
    }
  }

  private static String table(Outcome outcome) {
    Plan plan = new Plan(List.of(outcome.probe()));
    return new OutcomeTable(plan, Ansi.OFF).rows(List.of(outcome)).getFirst();
  }

  private static JsonObject json(Outcome outcome) throws IOException {
    StringWriter out = new StringWriter();
    OutcomeJson.writeArray(List.of(outcome), out);
    return JsonParser.parseString(out.toString()).getAsJsonArray().get(0).getAsJsonObject();
  }

  private static String row(JsonObject outcome) {
    List<String> answers =
        outcome.getAsJsonArray("answers").asList().stream().map(it -> it.getAsString()).toList();
    int more = outcome.get("answerCount").getAsInt() - answers.size();
    String shown = String.join(", ", answers) + (more > 0 ? " and " + more + " more" : "");
    String detail = outcome.get("detail").isJsonNull() ? "" : outcome.get("detail").getAsString();
    String separator = shown.isEmpty() || detail.isEmpty() ? "" : "; ";
    String text = shown + separator + detail;
    return String.join(
        " | ",
        outcome.get("verdict").getAsString(),
        outcome.get("reason").isJsonNull() ? "-" : outcome.get("reason").getAsString(),
        text.isEmpty() ? "none" : text);
  }

  /** Verdict, reason and answer of a row of the table. */
  private static String row(String row) {
    List<String> cells = Arrays.asList(row.split(" {2,}", 9));
    return String.join(" | ", cells.get(5), cells.get(6), cells.get(8));
  }

  /** The content of a file. */
  private static final class OddServer {
    private final Map<Transport, String> expected = new EnumMap<>(Transport.class);
    private final Map<Transport, List<Habit>> habits = new EnumMap<>(Transport.class);

    /** An action of the server after each query. */
    private interface Habit {
      void indulge(Query query, Sink sink) throws IOException;
    }

    static OddServer read(Path file) throws IOException {
      OddServer server = new OddServer();
      for (String line : Files.readAllLines(file, UTF_8)) {
        server.take(line.strip());
      }
      return server;
    }

    private void take(String line) {
      String word = line.split("[: ]", 2)[0];
      String rest = line.substring(line.indexOf(':') + 1).strip();
      switch (word) {
        case "#" -> {}
        case "expect" ->
            transports(line.split("[: ]", 3)[1])
                .forEach(transport -> expected.put(transport, rest));
        case "both", "udp", "tcp" ->
            transports(word)
                .forEach(
                    transport -> does(transport, (query, sink) -> sink.send(octets(rest, query))));
        case "stream" ->
            does(Transport.TCP, (query, sink) -> stream(sink).write(octets(rest, query)));
        case "end" -> does(Transport.TCP, (_, sink) -> stream(sink).end());
        default -> throw new IllegalArgumentException("no such word: " + line);
      }
    }

    private void does(Transport transport, Habit habit) {
      habits.merge(
          transport,
          List.of(habit),
          (before, more) -> Stream.concat(before.stream(), more.stream()).toList());
    }

    private static List<Transport> transports(String word) {
      return word.equals("both")
          ? List.of(Transport.UDP, Transport.TCP)
          : Stream.of(Transport.values())
              .filter(transport -> transport.label().equals(word))
              .toList();
    }

    /** Sends one query over each transport for which an outcome is expected. */
    List<Outcome> asked() throws IOException {
      boolean waits = expected.values().stream().anyMatch(row -> row.contains("timeout"));
      Pace pace = Pace.DEFAULT.waiting(waits ? Asker.BRIEF : Asker.PATIENT);
      List<Outcome> outcomes = new ArrayList<>();
      try (FakeDnsServer server =
          FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, this::answer)) {
        List<Probe> probes =
            expected.keySet().stream()
                .map(transport -> Probes.question("www.example.com.", transport))
                .map(question -> Probes.probe(server.address(), question))
                .toList();
        ProbeRounds.run(new Plan(probes), pace, 1, Sockets.ofThisProcess(), outcomes::addAll);
      }
      return outcomes;
    }

    private void answer(Query query, Sink sink) throws IOException {
      for (Habit habit : habits.getOrDefault(query.transport(), List.of())) {
        habit.indulge(query, sink);
      }
    }

    private static Connection stream(Sink sink) {
      return sink.connection().orElseThrow();
    }

    private static byte[] octets(String words, Query query) {
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      Stream.of(words.split(" +", -1))
          .filter(word -> !word.isEmpty())
          .forEach(word -> octets.writeBytes(octets(word, query.octets())));
      return octets.toByteArray();
    }

    private static byte[] octets(String word, byte[] query) {
      int question = HEADER;
      while (query[question] != 0) {
        question += 1 + query[question];
      }
      int name = question + 1;
      return switch (word) {
        case "ID" -> Arrays.copyOf(query, 2);
        case "OTHER-ID" -> new byte[] {(byte) ~query[0], query[1]};
        case "QUERY" -> query;
        case "QUESTION-NAME" -> Arrays.copyOfRange(query, HEADER, name);
        case "QUESTION" -> Arrays.copyOfRange(query, HEADER, name + TYPE_AND_CLASS);
        default -> repeated(word);
      };
    }

    private static byte[] repeated(String word) {
      int times = word.indexOf('*');
      String hex = word.substring(times + 1);
      return HexFormat.of()
          .parseHex(times < 0 ? hex : hex.repeat(Integer.parseInt(word.substring(0, times))));
    }
  }
}
