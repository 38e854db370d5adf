package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the README lists every reason and every cause of the code, and no other. */
class ReadmeTest {

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z_]+)` \\| (unanswered|wrong|late) \\|");

  @Test
  void everyReasonHasItsRow() throws IOException {
    List<String> rows =
        ROW.matcher(readme()).results().map(row -> row.group(1) + " " + row.group(2)).toList();
    List<String> reasons =
        Arrays.stream(Reason.values())
            .map(reason -> reason.label() + " " + new Verdict.Failed(reason).label())
            .toList();
    assertEquals(reasons, rows, "reasons and their verdicts, in order");
  }

  @Test
  void everyCauseIsNamed() throws IOException {
    String readme = readme();
    for (Cause cause : Cause.values()) {
      assertTrue(
          readme.contains("`" + cause.label() + "`"), () -> "README names `" + cause.label() + "`");
    }
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }
}
