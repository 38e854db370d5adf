package io.github.dnsonde.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLogTest {

  @TempDir private Path folder;

  @Test
  void aFileFullOfMistakesDoesNotFillTheLog() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("dnsonde.yaml"),
            IntStream.range(0, 300)
                .mapToObj(i -> "key-" + i + ": 1\n")
                .collect(Collectors.joining()));
    ConfigException refused = assertThrows(ConfigException.class, () -> ConfigFile.read(file));
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      ConfigLog.refused(refused.mistakes(), Log.named("agent"));
      List<String> written = lines.fresh();
      assertEquals(21, written.size());
      assertTrue(written.getFirst().contains("key-0"), written.getFirst());
      int more = refused.mistakes().size() - 20;
      assertTrue(written.getLast().endsWith(" more_mistakes=" + more), written.getLast());
    }
  }
}
