package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The queries of one lookup, as a state machine: replies come in, further queries come out, until
 * it has succeeded or failed. Each kind of resolver is one implementation.
 *
 * <p>Times are durations since the start of the lookup. A query that is still open when the walk
 * goes on without it may end later; its reply then changes nothing.
 */
sealed interface Walk permits GlibcWalk, MuslWalk, GoWalk {

  /** The longest lookup. Resolvers may wait longer, for example glibc for a TCP connection. */
  Duration LONGEST = Duration.ofSeconds(30);

  /** Limit for the queries of one lookup: more than 33 names need with two types and 3 servers. */
  int MOST_QUERIES = 256;

  /**
   * Creates the walk of a lookup.
   *
   * @param rotation the number of the first server with the option {@code rotate}: real resolvers
   *     count it up for all lookups of a process
   */
  static Walk of(Lookup lookup, int rotation) {
    return switch (lookup.kind()) {
      case GLIBC -> new GlibcWalk(lookup, rotation);
      case MUSL -> new MuslWalk(lookup);
      case GO -> new GoWalk(lookup, rotation);
    };
  }

  /** The sockets of a resolver's queries to one server over UDP. */
  enum SocketUse {
    /** Each query has its own. */
    ONE_FOR_A_QUERY,
    /** A and AAAA that are sent together share one. */
    ONE_FOR_A_PAIR,
    /** All queries for a name share one. */
    ONE_FOR_A_NAME
  }

  /** The sockets that the resolver uses. */
  SocketUse sockets();

  /** Returns the first queries. */
  List<Query> begin();

  /** Takes the reply to a query, or its timeout, and returns the next queries. */
  List<Query> reply(Query query, Reply reply, Duration at);

  /** The time at which the walk goes on without a reply; empty if it waits for replies only. */
  default Optional<Duration> wakeAt() {
    return Optional.empty();
  }

  /** Goes on after a wait, and returns the next queries. */
  default List<Query> wake(Duration at) {
    return List.of();
  }

  /** The end of the walk; empty while it goes on. */
  Optional<End> end();

  /** The end of a walk. */
  sealed interface End {

    /** At least one address, under this absolute name. */
    record Found(String name) implements End {}

    /** An error, decided by this reply to this query. */
    record Failed(Query query, Reply reply) implements End {}

    /** No query was possible: no name that the resolver tries is valid. */
    record NoName() implements End {}
  }
}
