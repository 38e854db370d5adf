package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes that a program loads in a process of its own, one per line, with what it printed.
 * Each class takes about 4 KiB in every agent, whatever it is for.
 */
public record LoadedClasses(String said, List<String> lines) {

  /**
   * Runs a program without input to its end, which has to be good.
   *
   * @param folder for the list of classes
   */
  public static LoadedClasses of(Path folder, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Path classes = folder.resolve("classes");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    child.getOutputStream().close();
    String said = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, child.waitFor(), said);
    return new LoadedClasses(said, Files.readAllLines(classes));
  }
}
