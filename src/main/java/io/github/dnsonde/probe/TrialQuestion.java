package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/**
 * A name whose queries are compared.
 *
 * @param name an absolute domain name
 * @param type the queried type of record
 * @param scope the origin of the answer
 */
public record TrialQuestion(String name, RecordType type, Scope scope, Kind kind) {

  /** The UDP payload size of a client that relies on fragments (RFC 6891 §6.2.5). */
  public static final int LARGE_SIZE = 4096;

  private static final Expectation ALSO_TRUNCATED = new Expectation.Records(List.of(), true);

  /** The difference between the queries. */
  public enum Kind {
    /**
     * The room for an answer that does not fit into a usual datagram: EDNS sizes of 1232 and 4096
     * octets over UDP, and TCP.
     */
    LARGE,
    /** The name as it is, which caches know, and with a random label, which they do not know. */
    FRESH;

    /** The word in labels and configuration: {@code large} or {@code fresh}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public TrialQuestion {
    requireNonNull(type, "type is null");
    requireNonNull(scope, "scope is null");
    requireNonNull(kind, "kind is null");
    questions(name, type, scope, kind); // checks the name
  }

  /** The queries to compare, in a fixed order. */
  public List<Question> questions() {
    return questions(name, type, scope, kind);
  }

  private static List<Question> questions(String name, RecordType type, Scope scope, Kind kind) {
    return switch (kind) {
      case LARGE ->
          List.of(
              new Question(name, type, Transport.UDP, scope, ALSO_TRUNCATED),
              new Question(
                  name,
                  type,
                  Transport.UDP,
                  scope,
                  ALSO_TRUNCATED,
                  new MessageOptions(LARGE_SIZE, false)),
              new Question(name, type, Transport.TCP, scope, Expectation.ANY_RECORD));
      case FRESH ->
          List.of(
              new Question(name, type, Transport.UDP, scope, ALSO_TRUNCATED),
              new Question(name, type, Transport.UDP, scope, ALSO_TRUNCATED, MessageOptions.FRESH));
    };
  }
}
