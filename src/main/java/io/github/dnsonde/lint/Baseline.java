package io.github.dnsonde.lint;

import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The known findings: one line each, with its fingerprint first and the rest for people. A finding
 * counts as known as often as it is listed.
 */
public final class Baseline {

  /** The empty baseline. */
  public static final Baseline NONE = new Baseline(Map.of());

  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{24}");

  private final Map<String, Integer> known;

  private Baseline(Map<String, Integer> known) {
    this.known = Map.copyOf(known);
  }

  /**
   * Reads a baseline.
   *
   * @throws IOException if it cannot be read, or is no baseline; the message has the reason
   */
  public static Baseline read(Path file) throws IOException {
    Map<String, Integer> known = new HashMap<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String fingerprint = line.split("\\s", 2)[0];
      if (!FINGERPRINT.matcher(fingerprint).matches()) {
        throw new IOException(file + ":" + (i + 1) + ": not a line of a baseline: " + line);
      }
      known.merge(fingerprint, 1, Integer::sum);
    }
    return new Baseline(known);
  }

  /** Writes the findings as the baseline of the next run. */
  public static void write(Report report, Path file) throws IOException {
    Stream<String> heading =
        Stream.of("# Findings of 'dnsonde lint' that are known; the first word counts.");
    Stream<String> lines =
        report.findings().stream()
            .map(each -> each.fingerprint() + " " + each.rule().id() + " " + each.policy())
            .map(SafeText::line)
            .sorted();
    Files.write(file, Stream.concat(heading, lines).toList());
  }

  /** Returns the findings that are not known. */
  List<Violation> unknown(List<Violation> findings) {
    Map<String, Integer> left = new HashMap<>(known);
    List<Violation> unknown = new ArrayList<>();
    for (Violation each : findings) {
      int times = left.getOrDefault(each.fingerprint(), 0);
      if (times > 0) {
        left.put(each.fingerprint(), times - 1);
      } else {
        unknown.add(each);
      }
    }
    return unknown;
  }
}
