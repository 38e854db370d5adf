package io.github.dnsonde.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says of the configuration is what the code does. */
class ReadmeTest {

  private static final Path README = Path.of("README.md");

  @TempDir Path folder;

  @Test
  void theReferenceIsTheTableOfKeys() throws IOException {
    assertEquals(
        ConfigReference.markdown().strip(),
        between("<!-- config-reference -->", "<!-- /config-reference -->").strip(),
        "README.md and the table of keys differ; what the code says is expected");
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
    String section = between("## Configuration", "<!-- config-reference -->");
    Matcher block = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(section);
    assertTrue(block.find(), "README.md has no YAML block below '## Configuration'");
    return block.group(1);
  }

  private static String between(String start, String end) throws IOException {
    String readme = Files.readString(README);
    int from = readme.indexOf(start);
    int to = readme.indexOf(end);
    assertTrue(from >= 0 && to > from, "README.md lacks " + start + " … " + end);
    return readme.substring(from + start.length(), to);
  }
}
