package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs as repositories have them, with the right result for each: folders that were reported, and
 * tables of small ones, written to a folder of their own.
 */
class LintInputsTest {

  private static final Path RESOURCES = Path.of("src/test/resources/lint");
  private static final String DNS =
      "[{ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]";
  private static final String KUBE_DNS =
      "[{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}},"
          + " podSelector: {matchLabels: {k8s-app: kube-dns}}}],"
          + " ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]";

  @TempDir Path folder;

  /**
   * One input.
   *
   * @param words of the command line
   * @param expected the status, then a line for each finding and mistake
   */
  record Case(String name, List<String> words, List<File> files, List<String> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A file of an input. */
  record File(String path, String content) {}

  static Stream<Path> reported() throws IOException {
    try (Stream<Path> all = Files.list(RESOURCES.resolve("cases"))) {
      return all.sorted().toList().stream();
    }
  }

  static Stream<Case> tables() throws IOException {
    List<Case> all = new ArrayList<>();
    try (Stream<Path> tables = Files.list(RESOURCES.resolve("inputs"))) {
      for (Path table : tables.sorted().toList()) {
        all.addAll(read(Files.readAllLines(table)));
      }
    }
    return all.stream();
  }

  /**
   * Reads cases. Lines that begin with {@code ===} start a case, {@code ---} a file, {@code >>>}
   * the expected result.
   */
  private static List<Case> read(List<String> lines) {
    List<Case> cases = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      String[] heading = lines.get(at).substring("===".length()).strip().split(" *\\| *", -1);
      List<File> files = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (at++; at < lines.size() && !lines.get(at).startsWith("==="); at++) {
        String line = lines.get(at);
        if (line.startsWith("--- ")) {
          files.add(new File(line.substring(4).strip(), ""));
        } else if (line.startsWith(">>> ")) {
          expected.add(line.substring(4).strip());
        } else {
          File last = files.removeLast();
          files.add(new File(last.path(), last.content() + expanded(line) + "\n"));
        }
      }
      List<String> words =
          heading.length > 1 && !heading[1].isEmpty()
              ? List.of(heading[1].split(" "))
              : List.of(".");
      cases.add(new Case(heading[0], words, files, expected));
    }
    return cases;
  }

  /**
   * Expands a line: {@code policy NAME NAMESPACE {SPEC}} is a document; {@code -} means no
   * namespace.
   */
  private static String expanded(String line) {
    String text = line.replace("$DNS", DNS).replace("$KUBEDNS", KUBE_DNS).replace("\\t", "\t");
    if (!text.startsWith("policy ")) {
      return text;
    }
    String[] parts = text.split(" ", 4);
    String namespace = parts[2].equals("-") ? "" : ", namespace: " + parts[2];
    return "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s%s}\nspec: %s"
        .formatted(parts[1], namespace, parts[3]);
  }

  @ParameterizedTest
  @MethodSource("reported")
  void reportedFoldersHaveTheRightFindings(Path reported) throws IOException {
    List<String> lines = Files.readAllLines(reported.resolve("expected.txt"));
    List<String> words = List.of(lines.getFirst().substring("lint ".length()).split(" "));
    assertEquals(
        String.join("\n", lines.subList(1, lines.size())),
        String.join("\n", lint(reported, words)));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void furtherInputsHaveTheRightFindings(Case input) throws IOException {
    for (File file : input.files()) {
      Path path = folder.resolve(file.path());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.content());
    }
    assertEquals(
        String.join("\n", input.expected()), String.join("\n", lint(folder, input.words())));
  }

  /** Repositories in the shapes of kustomize, Helm and Argo CD. */
  @ParameterizedTest
  @CsvSource({"kustomize", "helm", "argocd"})
  void sampleRepositoriesAreReportedInAllFormats(String sample) throws IOException {
    Path expected = RESOURCES.resolve("samples/expected");
    List<Executable> formats = new ArrayList<>();
    for (String format : List.of("text", "json", "sarif", "junit", "github", "gitlab")) {
      Ran ran =
          Ran.command(
              "lint", "-f", format, RESOURCES.resolve("samples").resolve(sample).toString());
      formats.add(() -> assertEquals(1, ran.status(), format));
      formats.add(
          () -> assertEquals(Files.readString(expected.resolve(sample + "." + format)), ran.out()));
    }
    assertAll(formats);
  }

  /** Arguments that name something in the folder are paths. */
  private static List<String> lint(Path folder, List<String> words) {
    List<String> all = new ArrayList<>(List.of("lint", "-f", "json"));
    for (String word : words) {
      boolean isPath =
          word.equals(".") || (!word.startsWith("-") && Files.exists(folder.resolve(word)));
      all.add(isPath ? folder.resolve(word).normalize().toString() : word);
    }
    Ran ran = Ran.command(all.toArray(String[]::new));
    List<String> lines = new ArrayList<>(List.of("status " + ran.status()));
    if (!ran.out().startsWith("{")) {
      lines.addAll(ran.err().lines().map(line -> line.replace(folder + "/", "")).toList());
      return lines;
    }
    JsonObject report = JsonParser.parseString(ran.out()).getAsJsonObject();
    objects(report.getAsJsonArray("findings"))
        .map(
            finding ->
                place(finding, folder)
                    + " "
                    + text(finding, "severity")
                    + " "
                    + text(finding, "rule"))
        .forEach(lines::add);
    objects(report.getAsJsonArray("errors"))
        .map(finding -> place(finding, folder) + " unread " + text(finding, "message"))
        .forEach(lines::add);
    return lines;
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return array.asList().stream().map(element -> element.getAsJsonObject());
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  private static String place(JsonObject finding, Path folder) {
    String file = text(finding, "file").replace(folder + "/", "");
    return file + ":" + finding.get("line").getAsInt();
  }
}
