package io.github.dnsonde.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A program in Go, built from a module of this project. */
public record GoProgram(Path file) {

  /**
   * Builds the program; the test is skipped if Go is missing, or the modules that it needs cannot
   * be downloaded.
   *
   * @param module its folder in {@code src/test/go}
   * @param folder for the program, and for what it reads and writes
   */
  public static GoProgram built(String module, Path folder) throws IOException {
    String source = "src/test/go/" + module;
    Optional<Path> go = Programs.find("go");
    assumeTrue(go.isPresent(), "go is not installed (Debian package golang)");
    try {
      Commands.run(go.get().toString(), "-C", source, "mod", "download");
    } catch (IOException unreachable) {
      abort("the Go modules of " + source + " cannot be downloaded: " + unreachable.getMessage());
    }
    GoProgram program = new GoProgram(folder.resolve(module).toAbsolutePath());
    Commands.run(go.get().toString(), "-C", source, "build", "-o", program.file.toString(), ".");
    return program;
  }

  /** Runs it with this input to its end, which has to be good; returns its output. */
  public String answer(String input) throws IOException, InterruptedException {
    Path output = file.resolveSibling("output");
    Process process =
        new ProcessBuilder(file.toString())
            .redirectInput(Files.writeString(file.resolveSibling("input"), input).toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals(0, process.waitFor(), "the exit code of " + file.getFileName());
    return Files.readString(output);
  }
}
