package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstFewTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | ''",
        "1 | a",
        "3 | a, b, c",
        "4 | a, b, c and 1 more",
        "5 | a, b, c and 2 more",
      })
  void theOthersAreCounted(int length, String expected) {
    assertEquals(expected, FirstFew.of(List.of("a", "b", "c", "d", "e").subList(0, length), 3));
  }
}
