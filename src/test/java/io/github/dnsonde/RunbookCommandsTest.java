package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Runbook;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the command line accepts the commands of the runbooks. */
class RunbookCommandsTest {

  /** The words after the program, however it is started, up to a pipe, a comment or a bracket. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)(?:^|-- )(?:dnsonde|java -jar \\S+/dnsonde[.]jar) ([a-z][^|;#)\n]*)");

  /** Values for the pages' variables. */
  private static final Map<String, String> VARIABLES =
      Map.of("$NS", "payments", "$POD", "web-0", "$IP", "10.244.0.3", "$ip", "10.244.0.3");

  static List<String> commands() throws IOException {
    return Runbook.all().stream()
        .flatMap(page -> COMMAND.matcher(page.typed()).results())
        .map(found -> found.group(1).strip())
        .distinct()
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandLineAcceptsIt(String command) {
    String filled = command;
    for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
      filled = filled.replace(variable.getKey(), variable.getValue());
    }
    assertFalse(filled.contains("$"), filled);
    String[] words = filled.split(" +", -1);
    assertDoesNotThrow(() -> Main.commandLine().parseArgs(words));
  }

  @Test
  void thereAreCommandsOfEachKind() throws IOException {
    List<String> commands = commands();
    for (String command : List.of("check --pod ", "check --server ", "vantages --namespace ")) {
      assertTrue(commands.stream().anyMatch(line -> line.startsWith(command)), command);
    }
  }
}
