package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of the architecture shows the rooms and arrows that {@link ArchitectureTest} holds. */
class ArchitecturePageTest {

  private static final Path PAGE = Path.of("docs/architecture.md");

  /** The list of a room whose imports do not fit into a cell. */
  private static final Pattern LIST = Pattern.compile("(?s)- `([a-z]+)` may import ([^.]*)[.]");

  @Test
  void roomsAndArrowsAreThoseOfTheTest() throws IOException {
    Map<String, Set<String>> shown = new TreeMap<>();
    for (List<String> row : rows("| room | purpose | may import |")) {
      shown.put(room(row.getFirst()), names(row.getLast()));
    }
    LIST.matcher(Files.readString(PAGE))
        .results()
        .forEach(list -> shown.put(list.group(1), names(list.group(2))));
    Map<String, Set<String>> held = new TreeMap<>();
    ArchitectureTest.ARROWS.forEach((room, imports) -> held.put(room, new TreeSet<>(imports)));
    assertEquals(lines(held), lines(shown), "rooms and what they may import");
  }

  /** The page names libraries as people do, the test as packages: their rooms must agree. */
  @Test
  void librariesHaveTheRoomsOfTheTest() throws IOException {
    Set<Set<String>> shown =
        rows("| library | rooms |").stream()
            .map(row -> names(row.getLast()))
            .collect(Collectors.toSet());
    Set<Set<String>> held =
        ArchitectureTest.LIBRARIES.values().stream()
            .map(rooms -> rooms.stream().map(room -> room.isEmpty() ? "root" : room))
            .map(rooms -> rooms.collect(Collectors.toCollection(TreeSet::new)))
            .collect(Collectors.toSet());
    assertEquals(held, shown);
  }

  private static List<List<String>> rows(String head) throws IOException {
    List<List<String>> rows =
        Files.readString(PAGE)
            .lines()
            .dropWhile(line -> !line.equals(head))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(Markdown::cells)
            .toList();
    assertTrue(rows.size() > 1, () -> PAGE + " has the table " + head);
    return rows;
  }

  private static String room(String cell) {
    return cell.equals("root") ? "" : cell.replace("`", "");
  }

  private static Set<String> names(String list) {
    return Pattern.compile("[a-z]+")
        .matcher(list.equals("see below") ? "" : list)
        .results()
        .map(name -> name.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String lines(Map<String, Set<String>> arrows) {
    return arrows.entrySet().stream()
        .map(room -> room.getKey() + ": " + String.join(", ", room.getValue()))
        .collect(Collectors.joining("\n"));
  }
}
