package io.github.dnsonde.probe;

import static java.util.Collections.unmodifiableSortedMap;
import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The messages that arrived during the wait and did not answer the query. The wait goes on after
 * each of them (RFC 5452 §9.1). A reader of the outcome needs to know that something arrived: a
 * dropped query looks different.
 *
 * @param counts the number of ignored messages for each reason; each at least 1
 */
public record Ignored(SortedMap<Why, Integer> counts) {

  /** No message was ignored. */
  public static final Ignored NONE = new Ignored(new TreeMap<>());

  /** The reasons for which a message does not answer the query. */
  public enum Why {
    /** Its id belongs to another query. */
    ANOTHER_ID("another id"),
    /** It repeats a question that was not sent. */
    ANOTHER_QUESTION("another question"),
    /** It repeats no question and reports no error. */
    NO_QUESTION("no question"),
    /** It repeats more than one question. */
    SEVERAL_QUESTIONS("several questions"),
    /** It has fewer octets than an id. */
    NO_ID("no id");

    private final String text;

    Why(String text) {
      this.text = text;
    }

    /** The word in JSON, such as {@code another_id}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Ignored {
    counts = unmodifiableSortedMap(new TreeMap<>(counts));
    if (counts.values().stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException("a count is below 1: " + counts);
    }
  }

  /** One ignored message. */
  public static Ignored one(Why why) {
    return NONE.and(why);
  }

  /** Returns the counts with one more message. */
  public Ignored and(Why why) {
    SortedMap<Why, Integer> more = new TreeMap<>(counts);
    more.merge(why, 1, Integer::sum);
    return new Ignored(more);
  }

  /** The number of all ignored messages. */
  public int total() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * The counts in words: {@code ignored 1 message: no question}, {@code ignored 3 messages: another
   * id (2), no question (1)}; empty if there are none.
   */
  public Optional<String> text() {
    return counts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "ignored " + (total() == 1 ? "1 message: " : total() + " messages: ") + reasons());
  }

  private String reasons() {
    return counts.size() == 1
        ? counts.firstKey().text
        : counts.entrySet().stream()
            .map(entry -> entry.getKey().text + " (" + entry.getValue() + ")")
            .collect(joining(", "));
  }
}
