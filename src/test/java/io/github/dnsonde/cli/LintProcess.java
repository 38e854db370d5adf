package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code dnsonde lint} in a separate process with its own PATH. */
final class LintProcess {

  private LintProcess() {}

  /**
   * Runs it with a variable {@code SECRET} in its environment, which no program must see.
   *
   * @param scratch a folder for its output
   * @param programs its PATH
   */
  static Ran run(Path scratch, Path programs, String... words)
      throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "lint"));
    all.addAll(List.of(words));
    Path out = scratch.resolve("out");
    Path err = scratch.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(all).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("PATH", programs.toString());
    builder.environment().put("SECRET", "SECRET");
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "lint ends");
    return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
