package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.MessageOptions;
import io.github.dnsonde.probe.Rcode;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The walk of Go's own resolver (net/dnsclient_unix.go), Go 1.19 and later.
 *
 * <p>For each name it queries A and AAAA at once, each over its own sockets and with its own
 * servers and retries. Any error leads to the next name. A truncated answer is repeated over TCP.
 */
final class GoWalk implements Walk {

  /** The UDP size of all its queries. */
  private static final int EDNS_SIZE = 1232;

  /** Names below this domain are never queried (RFC 7686). */
  private static final String ONION = ".onion.";

  private static final List<RecordType> TYPES = List.of(RecordType.A, RecordType.AAAA);

  private final Lookup lookup;
  private final Options options;
  private final QueryMaker queries;
  private final Duration timeout;
  private final int attempts;
  private final Deque<String> names = new ArrayDeque<>();
  private final List<Track> tracks = new ArrayList<>();
  private String name = "";
  private int rotation;
  private Optional<End> failure = Optional.empty();
  private Optional<End> end = Optional.empty();

  /** The queries of one type for one name. */
  private final class Track {
    private final RecordType type;
    private final int offset;
    private int tried;
    private boolean found;
    private Optional<End> failure = Optional.empty();
    private Optional<Query> open = Optional.empty();

    Track(RecordType type) {
      this.type = type;
      this.offset = options.has("rotate") ? rotation++ : 0;
    }

    private Server server() {
      int count = lookup.servers().size();
      return lookup.servers().get(Math.floorMod(offset + tried % count, count));
    }

    Query ask(Transport transport) {
      Query query = queries.query(server(), name, type, transport, timeout);
      open = Optional.of(query);
      return query;
    }

    Query first() {
      return ask(usual());
    }

    private Transport usual() {
      boolean tcp = options.has("use-vc") || options.has("usevc") || options.has("tcp");
      return tcp ? Transport.TCP : Transport.UDP;
    }

    boolean ended() {
      return found || failure.isPresent();
    }

    List<Query> reply(Query query, Reply reply) {
      open = Optional.empty();
      if (reply instanceof Answered answered) {
        if (answered.truncated() && query.transport() == Transport.UDP) {
          return List.of(ask(Transport.TCP));
        }
        found = Replies.hasRecord(answered, type);
        if (found) {
          return List.of();
        }
        boolean exists = Replies.is(answered, Rcode.NOERROR) && !Replies.isLame(answered);
        if (exists || Replies.is(answered, Rcode.NXDOMAIN)) { // other servers would say the same
          failure = Optional.of(new End.Failed(query, reply));
          return List.of();
        }
      }
      tried++;
      if (tried < attempts * lookup.servers().size()) {
        return List.of(first());
      }
      failure = Optional.of(new End.Failed(query, reply));
      return List.of();
    }
  }

  GoWalk(Lookup lookup, int rotation) {
    this.lookup = lookup;
    this.rotation = rotation;
    this.options = new Options(lookup.settings());
    this.queries = new QueryMaker(new MessageOptions(EDNS_SIZE, options.has("trust-ad")));
    this.timeout = Duration.ofSeconds(options.value("timeout", 5, 1, (int) LONGEST.toSeconds()));
    this.attempts = options.value("attempts", 2, 1, MOST_QUERIES);
    String written = lookup.name();
    Optional<String> asItIs = Names.absolute(written);
    boolean rooted = written.endsWith(".");
    boolean enoughDots = rooted || lookup.dots() >= options.ndots();
    if (enoughDots) {
      asItIs.ifPresent(names::add);
    }
    if (!rooted) {
      lookup.settings().search().stream()
          .filter(domain -> !domain.equals("."))
          .flatMap(domain -> Names.joined(written, domain).stream())
          .forEach(names::add);
    }
    if (!enoughDots) {
      asItIs.ifPresent(names::add);
    }
    names.removeIf(each -> each.endsWith(ONION));
  }

  @Override
  public SocketUse sockets() {
    return SocketUse.ONE_FOR_A_QUERY;
  }

  @Override
  public List<Query> begin() {
    return next();
  }

  private List<Query> next() {
    if (names.isEmpty()) {
      end = failure.or(() -> Optional.of(new End.NoName()));
      return List.of();
    }
    name = names.remove();
    tracks.clear();
    List<Query> sent = new ArrayList<>();
    for (RecordType type : oneByOne() ? TYPES.subList(0, 1) : TYPES) {
      sent.add(addTrack(type).first());
    }
    return sent;
  }

  private Track addTrack(RecordType type) {
    Track track = new Track(type);
    tracks.add(track);
    return track;
  }

  private boolean oneByOne() {
    return options.has("single-request") || options.has("single-request-reopen");
  }

  @Override
  public List<Query> reply(Query query, Reply reply, Duration at) {
    for (Track track : List.copyOf(tracks)) {
      if (end.isEmpty() && track.open.filter(query::equals).isPresent()) {
        List<Query> more = track.reply(query, reply);
        return track.ended() ? trackEnded(track) : more;
      }
    }
    return List.of();
  }

  private List<Query> trackEnded(Track track) {
    boolean original = name.equals(lookup.name() + ".");
    if (track.failure.isPresent() && (failure.isEmpty() || original)) {
      failure = track.failure;
    }
    if (tracks.size() < TYPES.size()) {
      return List.of(addTrack(TYPES.get(tracks.size())).first());
    }
    if (!tracks.stream().allMatch(Track::ended)) {
      return List.of();
    }
    if (tracks.stream().anyMatch(each -> each.found)) {
      end = Optional.of(new End.Found(name));
      return List.of();
    }
    return next();
  }

  @Override
  public Optional<End> end() {
    return end;
  }
}
