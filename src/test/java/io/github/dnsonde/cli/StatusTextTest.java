package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.overview.BlindRow;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.testkit.SampleReports;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lines about what is not seen. */
class StatusTextTest {

  private static final List<BlindRow> WITHOUT_AGENT =
      List.of(
          new BlindRow("legacy", BlindRow.NO_AGENT, List.of("win-1")),
          new BlindRow("pay", BlindRow.NO_AGENT, List.of("win-1", "win-2")),
          new BlindRow("shop", BlindRow.NO_AGENT, List.of("win-1")),
          new BlindRow("shop", "no_network", List.of("node-a")));

  private static List<String> unseen(boolean all, List<BlindRow> blind) {
    Overview sample = SampleReports.overview();
    Overview overview =
        new Overview(
            sample.subject(),
            sample.at(),
            sample.paths(),
            blind,
            sample.findings(),
            sample.nodes(),
            sample.usage(),
            0);
    return new StatusText(new OverviewJson.Read(overview, overview.headline()), all)
        .lines().stream().filter(line -> line.matches("(Not s|S)een.*")).toList();
  }

  @Test
  void namespacesThatOtherNodesShowAreCountedByNode() {
    assertEquals(
        List.of(
            "Not seen: namespace legacy on win-1 (no_agent)",
            "Not seen: namespace shop on node-a (no_network)",
            "Seen on other nodes only: pods of 2 namespaces on win-1, 1 namespace on win-2"
                + " (no_agent)"),
        unseen(false, WITHOUT_AGENT));
  }

  @Test
  void allListsEachNamespace() {
    assertEquals(
        List.of(
            "Not seen: namespace legacy on win-1 (no_agent)",
            "Not seen: namespace pay on win-1, win-2 (no_agent)",
            "Not seen: namespace shop on win-1 (no_agent)",
            "Not seen: namespace shop on node-a (no_network)"),
        unseen(true, WITHOUT_AGENT));
  }

  @Test
  void aLongListEnds() {
    Stream<BlindRow> unknown =
        IntStream.range(0, StatusText.ROWS + 7)
            .mapToObj(i -> new BlindRow("team-" + i, BlindRow.NO_AGENT, List.of("win-1")));
    List<String> lines = unseen(false, unknown.toList());
    assertEquals(StatusText.ROWS + 1, lines.size());
    assertEquals("Not seen: 7 more; list them with --all", lines.getLast());
  }
}
