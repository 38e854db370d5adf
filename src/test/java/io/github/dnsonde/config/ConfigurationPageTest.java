package io.github.dnsonde.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the page of the configuration agrees with the code. */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("docs/configuration.md");

  @TempDir Path folder;

  @Test
  void theReferenceIsTheTableOfKeys() throws IOException {
    assertEquals(
        Markdown.listed(ConfigReference.markdown()).strip(),
        between("<!-- config-reference -->", "<!-- /config-reference -->").strip(),
        "docs/configuration.md and the table of keys differ; the expected text is from the code");
  }

  @Test
  void theExampleIsValidAndShowsTheDefaults() throws Exception {
    Path file = Files.writeString(folder.resolve("dnsonde.yaml"), example());
    assertEquals(ConfigFile.withoutFile(Map.of()), ConfigFile.read(file, Map.of()));
  }

  @Test
  void theExampleShowsEveryMap() throws IOException {
    for (String name : RootSection.SECTION.names()) {
      assertTrue(
          Pattern.compile("^" + name + ":", Pattern.MULTILINE).matcher(example()).find(),
          "the example lacks " + name);
    }
  }

  private static String example() throws IOException {
    String section = between("# Configuration", "<!-- config-reference -->");
    Matcher block = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(section);
    assertTrue(block.find(), "docs/configuration.md has no YAML block below '# Configuration'");
    return block.group(1);
  }

  private static String between(String start, String end) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(start);
    int to = page.indexOf(end);
    assertTrue(from >= 0 && to > from, "docs/configuration.md lacks " + start + " … " + end);
    return page.substring(from + start.length(), to);
  }
}
