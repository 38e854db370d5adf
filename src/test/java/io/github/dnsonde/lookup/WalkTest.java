package io.github.dnsonde.lookup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Rcode;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The walks with invented replies; {@link RealResolversTest} compares them with real libraries. */
class WalkTest {

  private static final Vantage SELF = new Vantage("shop", "web", "", "", Vantage.ANY);
  private static final String SEARCH = "shop.svc.cluster.local svc.cluster.local cluster.local";

  @ParameterizedTest(name = "{0} ndots:{1} {2}: {3} queries")
  @CsvSource({
    "GLIBC, 5, api.github.com, 8",
    "MUSL,  5, api.github.com, 8",
    "GO,    5, api.github.com, 8",
    "GLIBC, 2, api.github.com, 2",
    "MUSL,  2, api.github.com, 2",
    "GO,    2, api.github.com, 2",
    "GLIBC, 5, api.github.com., 2",
    "MUSL,  5, api.github.com., 2",
    "GO,    5, api.github.com., 2"
  })
  void theSearchListCosts(ResolverKind kind, int ndots, String name, int queries) {
    Played played = play(lookup(kind, 1, "ndots:" + ndots, name), WalkTest::existsIfGitHub);
    assertEquals(queries, played.queries.size(), played.queries::toString);
    assertEquals(new Walk.End.Found("api.github.com."), played.end);
  }

  @ParameterizedTest
  @EnumSource(ResolverKind.class)
  void aNameThatExistsNowhereFailsAfterAllNames(ResolverKind kind) {
    Played played = play(lookup(kind, 1, "ndots:5", "db"), _ -> response(Rcode.NXDOMAIN));
    assertEquals(8, played.queries.size());
    assertInstanceOf(Walk.End.Failed.class, played.end);
  }

  @Test
  void muslStopsAtAnErrorInTheSearchListAndTheOthersGoOn() {
    Function<Query, Reply> broken =
        query -> query.name().contains("svc") ? response(Rcode.SERVFAIL) : existsIfGitHub(query);
    assertInstanceOf(
        Walk.End.Found.class, play(lookup(ResolverKind.GLIBC, 1, "ndots:5"), broken).end);
    assertInstanceOf(Walk.End.Found.class, play(lookup(ResolverKind.GO, 1, "ndots:5"), broken).end);
    assertInstanceOf(
        Walk.End.Failed.class, play(lookup(ResolverKind.MUSL, 1, "ndots:5"), broken).end);
  }

  @Test
  void glibcGoesToTheNextServerAndMuslAsksAllAtOnce() {
    Function<Query, Reply> oneIsSilent =
        query -> query.server().name().equals("server-0") ? silence() : existsIfGitHub(query);
    Played glibc = play(lookup(ResolverKind.GLIBC, 2, "ndots:1"), oneIsSilent);
    assertEquals(4, glibc.queries.size());
    assertEquals(Duration.ofSeconds(5), glibc.queries.getFirst().timeout());
    Played musl = play(lookup(ResolverKind.MUSL, 2, "ndots:1"), oneIsSilent);
    assertEquals(4, musl.queries.size());
    assertInstanceOf(Walk.End.Found.class, glibc.end);
    assertInstanceOf(Walk.End.Found.class, musl.end);
  }

  @ParameterizedTest
  @EnumSource(ResolverKind.class)
  void aTruncatedAnswerIsRepeatedOverTcp(ResolverKind kind) {
    Played played =
        play(
            lookup(kind, 1, "ndots:1"),
            query ->
                query.transport() == Transport.UDP
                    ? new Answered(0, true, List.of(), 40)
                    : existsIfGitHub(query));
    assertInstanceOf(Walk.End.Found.class, played.end);
    assertEquals(
        2, played.queries.stream().filter(each -> each.transport() == Transport.TCP).count());
  }

  @ParameterizedTest
  @EnumSource(ResolverKind.class)
  void settingsOfAHostileTenantEnd(ResolverKind kind) {
    String search = String.join(" ", IntStream.range(0, 32).mapToObj(i -> "domain-" + i).toList());
    Lookup lookup =
        new Lookup(
            SELF,
            "db",
            kind,
            servers(3),
            ResolverSettings.of(
                List.of(), words(search), words("ndots:999999999 attempts:999999999 timeout:0")),
            List.of());
    Played played = play(lookup, _ -> response(Rcode.SERVFAIL));
    assertTrue(played.queries.size() <= 33 * 2 * 3 * Walk.MOST_QUERIES, played.end::toString);
    assertTrue(
        played.queries.stream().allMatch(each -> each.timeout().compareTo(Walk.LONGEST) <= 0));
  }

  /** The queries of a walk, and its end. */
  private record Played(List<Query> queries, Walk.End end) {}

  /** Plays a walk: each reply comes a millisecond after the query, or with its timeout. */
  private static Played play(Lookup lookup, Function<Query, Reply> replies) {
    Walk walk = Walk.of(lookup, 0);
    List<Query> all = new ArrayList<>();
    List<Query> open = new ArrayList<>(walk.begin());
    Duration at = Duration.ZERO;
    while (walk.end().isEmpty() && all.size() < Walk.MOST_QUERIES) {
      if (open.isEmpty()) {
        at = walk.wakeAt().orElseThrow();
        open.addAll(walk.wake(at));
        continue;
      }
      Query query = open.removeFirst();
      all.add(query);
      Reply reply = replies.apply(query);
      at = at.plusMillis(1);
      open.addAll(walk.reply(query, reply, at));
    }
    all.addAll(open);
    return new Played(
        all, walk.end().orElseGet(() -> new Walk.End.Failed(all.getLast(), silence())));
  }

  private static Reply existsIfGitHub(Query query) {
    return query.name().equals("api.github.com.")
        ? new Answered(
            0,
            false,
            List.of(
                new Answer(
                    query.name(),
                    query.type().name(),
                    query.type().name().equals("A") ? "192.0.2.80" : "2001:db8::80")),
            60)
        : response(Rcode.NXDOMAIN);
  }

  private static Reply response(Rcode rcode) {
    return new Answered(rcode.code(), false, List.of(), 40);
  }

  private static Reply silence() {
    return new Reply.TimedOut(Reply.Phase.RESPONSE);
  }

  private static Lookup lookup(ResolverKind kind, int servers, String options) {
    return lookup(kind, servers, options, "api.github.com");
  }

  private static Lookup lookup(ResolverKind kind, int servers, String options, String name) {
    return new Lookup(
        SELF,
        name,
        kind,
        servers(servers),
        ResolverSettings.of(List.of(), words(SEARCH), words(options)),
        List.of());
  }

  private static List<Server> servers(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Server("server-" + i, InetAddress.ofLiteral("192.0.2." + i), 53))
        .toList();
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.split(" ", -1));
  }
}
