package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTest {

  private static final String LABEL_OF_63 = "a".repeat(63);

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "com.",
        "example.com.",
        "kubernetes.default.svc.cluster.local.",
        "_https._tcp.example.com.",
        "*.example.com.",
        "1.0.96.10.in-addr.arpa.",
        "xn--bcher-kva.example.",
      })
  void nameThatCanBeQueriedIsAccepted(String name) {
    assertEquals(name, question(name).name());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "example.com,  the name 'example.com' is not absolute: it does not end with a dot",
        "``,           the name '' is not absolute: it does not end with a dot",
        "..,           the name '..' has an empty label",
        ".com.,        the name '.com.' has an empty label",
        "a..com.,      the name 'a..com.' has an empty label",
      })
  void theErrorNamesTheMistake(String name, String message) {
    assertEquals(message, mistake(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"exa mple.com.", "b\u00fccher.example.", "a\\.b.com.", "\"a\".com.", "\t."})
  void unusualCharacterIsRefused(String name) {
    assertEquals(
        "the name '"
            + name
            + "' has a character that is not printable ASCII, or a quote or backslash",
        mistake(name));
  }

  @Test
  void labelHolds63Characters() {
    String tooLong = LABEL_OF_63 + "a.example.";

    assertDoesNotThrow(() -> question(LABEL_OF_63 + ".example."));
    assertEquals(
        "the name '" + tooLong + "' has a label longer than 63 characters", mistake(tooLong));
  }

  @Test
  void nameHolds253Characters() {
    String threeLabels = (LABEL_OF_63 + ".").repeat(3);
    String longest = threeLabels + "b".repeat(61) + "."; // 255 octets on the wire
    String tooLong = threeLabels + "b".repeat(62) + ".";

    assertDoesNotThrow(() -> question(longest));
    assertEquals("the name '" + tooLong + "' is longer than 253 characters", mistake(tooLong));
  }

  private static String mistake(String name) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> question(name)).getMessage());
  }

  private static Question question(String name) {
    return new Question(name, RecordType.A, Transport.UDP, Scope.EXTERNAL, Expectation.ANY_RECORD);
  }
}
