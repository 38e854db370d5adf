package io.github.dnsonde.lookup;

import static io.github.dnsonde.lookup.RecordingServers.Act.ADDRESS;
import static io.github.dnsonde.lookup.RecordingServers.Act.NO_DATA;
import static io.github.dnsonde.lookup.RecordingServers.Act.NO_SUCH_NAME;
import static io.github.dnsonde.lookup.RecordingServers.Act.REFUSED;
import static io.github.dnsonde.lookup.RecordingServers.Act.SERVFAIL;
import static io.github.dnsonde.lookup.RecordingServers.Act.SILENCE;
import static io.github.dnsonde.lookup.RecordingServers.Act.TRUNCATED;

import io.github.dnsonde.lookup.RecordingServers.Behaviour;
import io.github.dnsonde.probe.Transport;
import java.util.List;

/**
 * A situation in which a resolver looks up a name.
 *
 * @param servers number of nameservers
 * @param search the search list, separated by spaces; may be empty
 */
record Situation(
    String title, int servers, String search, String options, String name, Behaviour behaviour) {

  private static final String SEARCH = "default.svc.cluster.local svc.cluster.local cluster.local";

  private static final String NAME = "api.example.com";

  private static final Behaviour RIGHT = existing(NAME + ".");

  /** Servers that know this name, and no other. */
  private static Behaviour existing(String absolute) {
    return query -> query.name().equals(absolute) ? ADDRESS : NO_SUCH_NAME;
  }

  @Override
  public String toString() {
    return title;
  }

  /** All situations. */
  static List<Situation> all() {
    return List.of(
        of("few dots: the search list first", SEARCH, "ndots:5", NAME, RIGHT),
        of("enough dots: the name first", SEARCH, "ndots:2", NAME, RIGHT),
        of("a final dot: no search list", SEARCH, "ndots:5", NAME + ".", RIGHT),
        of("no ndots: one dot is enough", SEARCH, "timeout:1", NAME, RIGHT),
        of("an empty search list", "", "ndots:5", NAME, RIGHT),
        of(
            "a name of the first search domain",
            SEARCH,
            "ndots:5",
            "db",
            existing("db.default.svc.cluster.local.")),
        of(
            "a name of the second search domain",
            SEARCH,
            "ndots:5",
            "db.payments",
            existing("db.payments.svc.cluster.local.")),
        of("nowhere, with the search list first", SEARCH, "ndots:5", NAME, _ -> NO_SUCH_NAME),
        of("nowhere, with the name first", SEARCH, "ndots:1", NAME, _ -> NO_SUCH_NAME),
        of(
            "no record of either type in a search domain",
            SEARCH,
            "ndots:5",
            NAME,
            query -> query.name().endsWith(".svc.cluster.local.") ? NO_DATA : RIGHT.on(query)),
        of(
            "an address of one type alone",
            SEARCH,
            "ndots:1",
            NAME,
            query -> query.type().equals("A") ? RIGHT.on(query) : NO_DATA),
        of(
            "SERVFAIL in the first search domain",
            SEARCH,
            "ndots:5",
            NAME,
            query -> query.name().contains("default") ? SERVFAIL : RIGHT.on(query)),
        of(
            "SERVFAIL for the name itself",
            SEARCH,
            "ndots:1 timeout:1",
            NAME,
            query -> query.name().equals(NAME + ".") ? SERVFAIL : NO_SUCH_NAME),
        of(
            "SERVFAIL for AAAA alone",
            SEARCH,
            "ndots:1 timeout:1",
            NAME,
            query -> query.type().equals("AAAA") ? SERVFAIL : RIGHT.on(query)),
        of("the server refuses", SEARCH, "ndots:5 timeout:1", NAME, _ -> REFUSED),
        of("no response at all", SEARCH, "ndots:5 timeout:1", NAME, _ -> SILENCE),
        of("no response, three attempts", "", "timeout:1 attempts:3", NAME, _ -> SILENCE),
        of(
            "no response to AAAA",
            SEARCH,
            "ndots:1 timeout:1",
            NAME,
            query -> query.type().equals("AAAA") ? SILENCE : RIGHT.on(query)),
        servers(
            "the first of two servers is silent",
            2,
            "ndots:1 timeout:1",
            query -> query.server() == 1 ? SILENCE : RIGHT.on(query)),
        servers(
            "the first of two servers has SERVFAIL",
            2,
            "ndots:1 timeout:1",
            query -> query.server() == 1 ? SERVFAIL : RIGHT.on(query)),
        servers(
            "the first of three servers is silent, search list",
            3,
            "ndots:5 timeout:1",
            query -> query.server() == 1 ? SILENCE : RIGHT.on(query)),
        servers("three silent servers", 3, "ndots:1 timeout:1 attempts:2", _ -> SILENCE),
        servers("rotate", 3, "ndots:5 rotate", RIGHT),
        of("single-request", SEARCH, "ndots:5 single-request", NAME, RIGHT),
        of("single-request-reopen", SEARCH, "ndots:1 single-request-reopen", NAME, RIGHT),
        of(
            "single-request, SERVFAIL for A",
            SEARCH,
            "ndots:1 single-request timeout:1",
            NAME,
            query -> query.type().equals("A") ? SERVFAIL : NO_SUCH_NAME),
        of("use-vc", SEARCH, "ndots:5 use-vc", NAME, RIGHT),
        of("use-vc, SERVFAIL", SEARCH, "ndots:5 use-vc", NAME, _ -> SERVFAIL),
        of("edns0 and trust-ad", SEARCH, "ndots:1 edns0 trust-ad", NAME, RIGHT),
        of(
            "a truncated answer",
            SEARCH,
            "ndots:1 timeout:1",
            NAME,
            query -> query.transport() == Transport.UDP ? TRUNCATED : RIGHT.on(query)),
        of(
            "a truncated answer to A alone",
            SEARCH,
            "ndots:1 timeout:1",
            NAME,
            query ->
                query.transport() == Transport.UDP && query.type().equals("A")
                    ? TRUNCATED
                    : RIGHT.on(query)),
        of("no-tld-query", SEARCH, "ndots:1 no-tld-query", "db", _ -> NO_SUCH_NAME),
        of("a long search list", longList(), "ndots:5", NAME, RIGHT));
  }

  /** More than musl reads: its line is longer than 254 characters. */
  private static String longList() {
    return SEARCH
        + (" " + "a".repeat(60) + ".example.net").repeat(1)
        + " "
        + "b".repeat(60)
        + ".example.net"
        + " "
        + "c".repeat(60)
        + ".example.net";
  }

  private static Situation of(
      String title, String search, String options, String name, Behaviour behaviour) {
    return new Situation(title, 1, search, options, name, behaviour);
  }

  private static Situation servers(String title, int servers, String options, Behaviour behaviour) {
    return new Situation(title, servers, SEARCH, options, NAME, behaviour);
  }
}
