package io.github.dnsonde.e2e.wire;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.github.dnsonde.e2e.Program;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nodes of the test cluster, each of which runs {@link AskFromPods}. */
record Nodes(Path cluster) {

  /** Sends all queries of a node at once, one node after the other, in the given order. */
  Map<String, Map<Transport, String>> ask(Collection<Question> questions) throws IOException {
    Map<String, Map<Transport, String>> replies = new HashMap<>();
    for (var onNode : questions.stream().collect(groupingBy(Question::node)).entrySet()) {
      String lines =
          onNode.getValue().stream().map(question -> question.line() + "\n").collect(joining());
      asker(onNode.getKey()).reading(lines).lines().forEach(line -> note(replies, line));
    }
    return replies;
  }

  private Program asker(String node) {
    return new Program(
        List.of(
            cluster.toString(),
            "exec",
            node,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            AskFromPods.class.getName()),
        Map.of());
  }

  private static void note(Map<String, Map<Transport, String>> replies, String line) {
    String[] words = line.split(" ", 3);
    replies
        .computeIfAbsent(words[0], _ -> new EnumMap<>(Transport.class))
        .put(Transport.valueOf(words[1]), words[2]);
  }
}
