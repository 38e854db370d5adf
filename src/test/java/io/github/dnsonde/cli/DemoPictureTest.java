package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import picocli.CommandLine.Help.Ansi;

/** The README's picture is a drawing of the demo's table as it is now. */
class DemoPictureTest {

  private static final Path PICTURE = Path.of("docs/demo.svg");

  @Test
  void coloursAndColumnsAreThoseOfTheTerminal() throws Exception {
    List<Element> words =
        words(
            DemoPicture.svg(
                List.of("\u001b[1mA <b>\u001b[21m\u001b[0m", "  \u001b[31mtimeout\u001b[39m  x")));
    assertEquals(
        List.of("A", "<b>", "timeout", "x"), words.stream().map(Element::getTextContent).toList());
    assertEquals("bold", words.get(0).getAttribute("font-weight"));
    assertEquals("", words.get(2).getAttribute("font-weight"));
    assertEquals("#ff6b6b", words.get(2).getAttribute("fill"));
    assertEquals(words.get(0).getAttribute("fill"), words.get(3).getAttribute("fill"));
    assertEquals("34.8", words.get(2).getAttribute("x"), "two columns from the margin");
  }

  @Test
  void theReadmeShowsTheTable() throws Exception {
    assertTrue(Files.readString(Path.of("README.md")).contains("](" + PICTURE + ")"));
    List<String> words =
        words(Files.readString(PICTURE)).stream().map(Element::getTextContent).toList();
    String heading = new DemoTable(List.of(), Ansi.OFF).lines(Map.of()).getFirst();
    for (String column : heading.split(" +", -1)) {
      assertTrue(words.contains(column), () -> redraw(column));
    }
    for (String cell : List.of("payments", "node-local-dns", "timeout")) {
      assertTrue(words.contains(cell), () -> redraw(cell));
    }
  }

  private static String redraw(String missing) {
    return PICTURE + " lacks " + missing + ": draw it again, mvn -q test-compile exec:exec@picture";
  }

  private static List<Element> words(String svg) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    NodeList texts = document.getElementsByTagName("text");
    List<Element> words = new ArrayList<>();
    for (int i = 0; i < texts.getLength(); i++) {
      words.add((Element) texts.item(i));
    }
    return words;
  }
}
