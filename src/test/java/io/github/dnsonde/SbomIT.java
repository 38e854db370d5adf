package io.github.dnsonde;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The SBOM that the build makes lists exactly the libraries that lie next to the jar. */
class SbomIT {

  private static final Path TARGET = Path.of("target");

  @Test
  void everyLibraryIsListedAndNoOther() throws IOException {
    JsonNode bom =
        JsonMapper.shared().readTree(Files.readString(TARGET.resolve("dnsonde.cdx.json")));
    assertEquals("CycloneDX", bom.path("bomFormat").asString());
    assertEquals("dnsonde", bom.at("/metadata/component/name").asString());
    assertEquals(libraries(), listed(bom));
  }

  private static Set<String> libraries() throws IOException {
    try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
      return files.map(file -> file.getFileName().toString()).collect(toCollection(TreeSet::new));
    }
  }

  private static Set<String> listed(JsonNode bom) {
    return bom.path("components")
        .valueStream()
        .filter(component -> component.path("purl").asString().endsWith("?type=jar"))
        .map(SbomIT::file)
        .collect(toCollection(TreeSet::new));
  }

  private static String file(JsonNode component) {
    return component.path("name").asString() + "-" + component.path("version").asString() + ".jar";
  }
}
