package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.testkit.Forbidden;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {

  /** Samples of each kind of character that is obeyed, is invisible, or is taken for a command. */
  private static final List<String> NASTY =
      List.of(
          "\n",
          "\r",
          "\t",
          "\0",
          "\u001b",
          "\u007f",
          "\u0085",
          "\u009b",
          "\u00ad",
          "\u061c",
          "\u115f",
          "\u200b",
          "\u200e",
          "\u2028",
          "\u2029",
          "\u202e",
          "\u2066",
          "\u2800",
          "\u3164",
          "\ue000",
          "\ud800",
          "\udc00",
          "\ufe0f",
          "\ufeff",
          "\ufffe",
          "\udb40\udc41",
          "::",
          "##",
          "#",
          ":",
          " ",
          "a",
          "\\",
          "\"",
          "é",
          "\u05d0",
          "\ud83d\ude00");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "web-0|web-0",
        "größe 中 א 😀|größe 中 א 😀",
        "fd00::a|fd00::a",
        "a: b::c #d|a: b::c #d",
        "::error::x|\\u003a:error::x",
        "  ::error::x|  \\u003a:error::x",
        "\u00a0::error::x|\u00a0\\u003a:error::x",
        "x ##[error]y|x #\\u0023[error]y",
        "###|#\\u0023\\u0023",
        "C:\\dir|C:\\dir"
      })
  void aLineShowsItsCharacters(String text, String expected) {
    assertAll(
        () -> assertEquals(expected, SafeText.line(text)),
        () -> assertEquals(expected, SafeText.line(SafeText.line(text)), "made safe again"));
  }

  @Test
  void colonsWithinALineAreNotACommand() {
    assertAll(
        () -> assertEquals("::1:9053", SafeText.part("::1:9053", 20)),
        () -> assertEquals("::\\u001b#\\u0023[x]", SafeText.part("::\u001b##[x]", 20)));
  }

  /** Ensures that the tests of outputs look for the same characters as this class. */
  @Test
  void theCheckOfOutputsFindsEveryEscapedCharacter() {
    for (String nasty : NASTY.subList(1, NASTY.indexOf("::"))) {
      assertThrows(
          AssertionError.class, () -> Forbidden.check("a" + nasty + "b", () -> ""), escaped(nasty));
    }
    for (String command : List.of("::error::x", "\n ::group::x", "x ##[error]y", "##vso[x]")) {
      assertThrows(AssertionError.class, () -> Forbidden.check(command, () -> ""), command);
    }
  }

  @Test
  void invisibleCharactersAreEscaped() {
    assertEquals(
        "\\u001b[2J\\n\\r\\t\\u0085\\u2028\\u202e\\u200b\\ufeff\\ud800x\\udb40\\udc41",
        SafeText.line("\u001b[2J\n\r\t\u0085\u2028\u202e\u200b\ufeff\ud800x\udb40\udc41"));
  }

  @Test
  void aLongLineIsCutBetweenCharactersWithANote() {
    assertAll(
        () -> assertEquals("abc", SafeText.line("abc", 3)),
        () -> assertEquals("abc... (2 more)", SafeText.line("abcde", 3)),
        () -> assertEquals("ab... (2 more)", SafeText.line("ab\ud83d\ude00", 3)),
        () ->
            assertTrue(
                SafeText.line("\u0001".repeat(1 << 20)).length() < 6 * SafeText.LONGEST_LINE + 99));
  }

  @Test
  void linesRemainSeparate() {
    assertEquals(
        "a\n  b\\u001b\n\\u003a:error::c\n", SafeText.lines("a\n  b\u001b\r\n::error::c\n"));
  }

  @Test
  void anyTextBecomesSafe() {
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      String text = nasty(random);
      Forbidden.check(SafeText.line(text) + "\n", () -> escaped(text));
      Forbidden.check(SafeText.lines(text) + "\n", () -> escaped(text));
    }
  }

  @Test
  void jsonStaysTheSameForAParser() throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      String text = nasty(random);
      StringWriter out = new StringWriter();
      try (JsonWriter json = new JsonWriter(SafeText.json(out))) {
        json.setIndent("  ");
        json.beginObject().name(text).value(text).endObject();
      }
      Forbidden.check(out.toString(), () -> escaped(text));
      assertEquals(
          text,
          JsonParser.parseString(out.toString()).getAsJsonObject().get(text).getAsString(),
          () -> escaped(text));
    }
  }

  /** A pair may arrive in two pieces, or half of it alone. */
  @Test
  void jsonIsWrittenInAnyPieces() throws IOException {
    String text = "\"a\ud83d\ude00#\udb40\udc41##\ud800b\u202e\ud83d\ud83d\ude00\"";
    StringWriter whole = new StringWriter();
    try (Writer writer = SafeText.json(whole)) {
      writer.write(text);
    }
    StringWriter pieces = new StringWriter();
    try (Writer writer = SafeText.json(pieces)) {
      for (int i = 0; i < text.length(); i++) {
        writer.write(text.charAt(i));
      }
    }
    assertAll(
        () -> assertEquals(whole.toString(), pieces.toString()),
        () ->
            assertEquals(
                "\"a😀#\\udb40\\udc41#\\u0023\\ud800b\\u202e\\ud83d😀\"", whole.toString()));
  }

  private static String nasty(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(NASTY.get(random.nextInt(NASTY.size())));
    }
    return text.toString();
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars().forEach(unit -> escaped.append(String.format("\\u%04x", unit)));
    return escaped.toString();
  }
}
