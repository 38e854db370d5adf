package io.github.dnsonde.manifest;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of scalars without quotes, according to the comments and tests of go-yaml v2. */
class KubernetesResolverTest {

  private static YamlFields fields(String yaml) {
    return YamlFields.documents(yaml).getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web",
        "=",
        "-a",
        "a.b",
        "1.2.3",
        "10.0.0.0/8",
        "12:30:45",
        "1:20",
        "-1:30.5",
        "2026-11-02",
        "2026-11-02T00:00:00Z",
        "2026-11-02 00:00:00.5 -5",
        "0o8",
        "0xg",
        "0b2",
        "08a",
        "_1",
        "1e",
        "1e+",
        "+",
        ".",
        "..",
        "._1",
        ".e5",
        "1e999",
        "yEs",
        "tRUE",
        "nO",
        "ON_",
        "nULL",
        ".iNF",
        "+.nan",
        "~a",
        "infinity",
        "nan",
        "<<",
        "\"yes\"",
        "'1'",
        "\"\"",
        "!!str 1"
      })
  void texts(String yaml) {
    YamlFields fields = fields("a: " + yaml);
    String text = yaml.replaceFirst("^!!str ", "").replaceAll("^[\"']|[\"']$", "");
    assertAll(
        () -> assertEquals(Optional.of(text), fields.text("a")),
        () -> assertEquals(Optional.empty(), fields.number("a")),
        () -> assertEquals(Optional.empty(), fields.flag("a")),
        () -> assertEquals(List.of(text), fields("a: [" + yaml + "]").texts("a")));
  }

  @ParameterizedTest
  @CsvSource({
    "53, 53",
    "-1, -1",
    "+12, 12",
    "0, 0",
    "00, 0",
    "065, 53",
    "0o17, 15",
    "0O17, 15",
    "0x1f, 31",
    "0X1f, 31",
    "0b101, 5",
    "-0b101, -5",
    "1_000, 1000",
    "0x_1_f, 31",
    "08, 8",
    "53.0, 53",
    "5.3e1, 53",
    "53., 53",
    "1e3, 1000",
    "-0x10, -16"
  })
  void numbers(String yaml, int number) {
    YamlFields fields = fields("a: " + yaml);
    assertAll(
        () -> assertEquals(Optional.of(number), fields.number("a")),
        () -> assertEquals(Optional.empty(), fields.text("a")),
        () -> assertEquals(List.of(), fields("a: [" + yaml + "]").texts("a")));
  }

  @ParameterizedTest
  @CsvSource({
    "y, true",
    "Y, true",
    "yes, true",
    "Yes, true",
    "YES, true",
    "true, true",
    "True, true",
    "TRUE, true",
    "on, true",
    "On, true",
    "ON, true",
    "n, false",
    "N, false",
    "no, false",
    "No, false",
    "NO, false",
    "false, false",
    "False, false",
    "FALSE, false",
    "off, false",
    "Off, false",
    "OFF, false"
  })
  void flags(String yaml, boolean flag) {
    YamlFields fields = fields("a: " + yaml);
    assertAll(
        () -> assertEquals(Optional.of(flag), fields.flag("a")),
        () -> assertEquals(Optional.empty(), fields.text("a")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
  void nulls(String yaml) {
    YamlFields fields = fields("a: " + yaml + "\nb: [c, " + yaml + "]\n");
    assertAll(
        () -> assertEquals(false, fields.has("a")),
        () -> assertEquals(Map.of("a", ""), fields("x: {a: " + yaml + "}").map("x")),
        () -> assertEquals(yaml.isEmpty() ? Set.of() : Set.of(1), fields.nulls("b")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.5",
        ".5",
        "-.inf",
        ".NaN",
        "1e30",
        "99999999999999999999",
        "0xffffffffffffffffff"
      })
  void neitherWholeNumbersNorTexts(String yaml) {
    YamlFields fields = fields("a: " + yaml);
    assertEquals(Optional.empty(), fields.text("a"));
    assertEquals(
        "spec.egress[0].ports[0].port",
        PolicyReview.ofStored(fields("spec: {egress: [{ports: [{port: " + yaml + "}]}]}"))
            .flaws()
            .getFirst()
            .path());
  }

  /** sigs.k8s.io/yaml turns them into texts */
  @ParameterizedTest
  @CsvSource({
    "y, true",
    "No, false",
    "0o17, 15",
    "1_000, 1000",
    "1.50, 1.5",
    "2026-11-02, 2026-11-02",
    "12:30, 12:30",
    "\"y\", y",
    "app, app"
  })
  void keys(String yaml, String name) {
    assertEquals(Set.of(name), fields(yaml + ": web").names());
  }

  @Test
  void aMergeIsAKey() {
    assertEquals(
        Map.of("a", "1", "b", "<<"), fields("x: &x {a: '1'}\ny1: {<<: *x, b: <<}").map("y1"));
  }

  @Test
  void aKeyThatIsNullIsNoManifest() {
    Manifest.Text read = Manifest.read("a: b\n---\nkind: A\napiVersion: v1\nc:\n  ~: d\n", false);
    assertEquals(1, read.objects().size());
    assertEquals(
        List.of(new Manifest.Problem(6, "a key that is null: expected a text, write it in quotes")),
        read.mistakes());
  }
}
