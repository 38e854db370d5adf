package io.github.dnsonde.page;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page's own list of findings agrees with that of the commands. */
class HarmlessFindingsTest {

  private static final Pattern LIST =
      Pattern.compile("const HARMLESS = new Set\\(\\[([^\\]]*)]\\);");
  private static final Pattern WORD = Pattern.compile("'(\\w+)'");

  @Test
  void thePageKnowsTheFindingsThatDoNotHurt() throws Exception {
    Matcher list =
        LIST.matcher(
            Files.readString(Path.of("src/main/resources/io/github/dnsonde/page/model.js")));
    assertTrue(list.find(), "the list is in model.js");
    assertEquals(
        Stream.of(Code.values()).filter(code -> !code.hurts()).map(Code::label).collect(toSet()),
        WORD.matcher(list.group(1)).results().map(found -> found.group(1)).collect(toSet()));
  }
}
