package io.github.dnsonde.overview;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The numbers in the evidence of findings that grow with each query and each second. Sending a
 * finding again for each of them would send all findings each second during an incident. A number
 * that has doubled is worth sending: the one that a reader has is then never far off.
 */
final class Counters {

  /** {@code timeout (192)}, {@code silent for 31 s or more}, and times of the day. */
  private static final Pattern COUNTER =
      Pattern.compile("(?<=\\()(\\d{1,15})(?=\\))|(\\d{1,15})(?= s or more)|\\d\\d:\\d\\d:\\d\\dZ");

  private Counters() {}

  /** Returns true if the sentences are the same, but for such numbers. */
  static boolean areClose(List<String> some, List<String> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!areClose(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean areClose(String one, String other) {
    return one.equals(other)
        || (words(one).equals(words(other)) && areAllClose(numbers(one), numbers(other)));
  }

  private static String words(String sentence) {
    return COUNTER.matcher(sentence).replaceAll("#");
  }

  private static List<Long> numbers(String sentence) {
    return COUNTER
        .matcher(sentence)
        .results()
        .map(MatchResult::group)
        .filter(number -> !number.endsWith("Z"))
        .map(Long::valueOf)
        .toList();
  }

  private static boolean areAllClose(List<Long> some, List<Long> others) {
    for (int i = 0; i < some.size(); i++) {
      long less = Math.min(some.get(i), others.get(i));
      if (Math.max(some.get(i), others.get(i)) >= 2 * less) {
        return false;
      }
    }
    return true;
  }
}
