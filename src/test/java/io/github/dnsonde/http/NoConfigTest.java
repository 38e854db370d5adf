package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.LoadedClasses;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NoConfigTest {

  @Test
  void helidonReadsNoConfiguration(@TempDir Path folder) throws Exception {
    List<String> loaded = LoadedClasses.of(folder, FewDescriptors.class).lines();
    assertTrue(
        loaded.stream().anyMatch(line -> line.contains("io.helidon.webserver.ListenerConfig ")),
        "Helidon is used");
    assertEquals(
        List.of(),
        loaded.stream().filter(line -> line.contains("io.helidon.config.BuilderImpl")).toList());
  }
}
