package io.github.dnsonde.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each class takes about 4 KiB in every agent, whatever it is for. */
@Timeout(60)
class NoConfigTest {

  @Test
  void helidonReadsNoConfiguration(@TempDir Path folder) throws Exception {
    Path classes = folder.resolve("classes");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty("java.class.path"),
                FewDescriptors.class.getName())
            .redirectErrorStream(true)
            .start();
    child.getOutputStream().close();
    String said = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, child.waitFor(), said);
    List<String> loaded = Files.readAllLines(classes);
    assertTrue(
        loaded.stream().anyMatch(line -> line.contains("io.helidon.webserver.ListenerConfig ")),
        "Helidon is used");
    assertEquals(
        List.of(),
        loaded.stream().filter(line -> line.contains("io.helidon.config.BuilderImpl")).toList());
  }
}
