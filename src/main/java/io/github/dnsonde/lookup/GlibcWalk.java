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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The walk of {@code getaddrinfo(3)} in glibc 2.26 and later (resolv/res_query.c, res_send.c).
 *
 * <p>For each name it sends A and AAAA from one socket to one server and waits for both. A server
 * that fails is followed by the next one. A truncated answer repeats both over TCP, and from then
 * on each server gets one attempt. An answer that is lost while the other arrived makes it send one
 * query after the other, then each with its own socket.
 */
final class GlibcWalk implements Walk {

  /** The UDP size of the option {@code edns0}: RESOLV_EDNS_BUFFER_SIZE. */
  private static final int EDNS_SIZE = 1200;

  private static final int MOST_SECONDS = 30;

  private static final int MOST_ATTEMPTS = 5;

  /** The progress in the search list. */
  private enum Stage {
    AS_IT_IS_FIRST,
    SEARCH,
    AS_IT_IS_LAST
  }

  /** The meaning of a name's result for the search: h_errno. */
  private enum NameError {
    HOST_NOT_FOUND,
    NO_DATA,
    TRY_AGAIN,
    NO_RECOVERY
  }

  /** A name that failed. */
  private record NameFailure(NameError error, End end) {}

  private final Lookup lookup;
  private final Options options;
  private final QueryMaker queries;
  private final int attempts;
  private final int retrans;

  private Stage stage = Stage.AS_IT_IS_FIRST;
  private int domain;
  private boolean rootSearched;
  private Optional<NameFailure> asItIs = Optional.empty();
  private Optional<NameFailure> noData = Optional.empty();
  private Optional<NameFailure> servfail = Optional.empty();
  private Optional<NameFailure> latest = Optional.empty();

  private int rotation;
  private boolean single;
  private boolean reopen;

  private String name = "";
  private int attempt;
  private int first;
  private int shift;
  private boolean circuit;
  private boolean gotSomewhere;
  private boolean refused;
  private int lastRcode;
  private boolean connectionReset;
  private Duration finish = Duration.ZERO;
  private final Set<Query> open = new HashSet<>();
  private final List<Ended> usable = new ArrayList<>();
  private int received;
  private boolean secondSent;
  private Optional<Ended> deciding = Optional.empty();
  private Optional<End> end = Optional.empty();

  GlibcWalk(Lookup lookup, int rotation) {
    this.lookup = lookup;
    this.rotation = rotation;
    this.options = new Options(lookup.settings());
    this.queries =
        new QueryMaker(
            new MessageOptions(options.has("edns0") ? EDNS_SIZE : 0, options.has("trust-ad")));
    this.attempts = options.value("attempts", 2, 1, MOST_ATTEMPTS);
    this.retrans = options.value("timeout", 5, 1, MOST_SECONDS);
    this.reopen = options.has("single-request-reopen");
    this.single = reopen || options.has("single-request");
  }

  @Override
  public SocketUse sockets() {
    return SocketUse.ONE_FOR_A_PAIR;
  }

  @Override
  public List<Query> begin() {
    boolean rooted = lookup.name().endsWith(".");
    if (lookup.dots() < options.ndots() && !rooted) {
      stage = Stage.SEARCH;
      return nextDomain(Duration.ZERO);
    }
    return ask(Names.absolute(lookup.name()), Duration.ZERO);
  }

  /** Goes on in the search list. */
  private List<Query> nextDomain(Duration at) {
    List<String> search = lookup.settings().search();
    if (domain < search.size()) {
      String next = search.get(domain++);
      rootSearched |= next.equals(".");
      return ask(Names.joined(lookup.name(), next), at);
    }
    return afterSearch(at);
  }

  private List<Query> afterSearch(Duration at) {
    boolean searched = domain > 0;
    boolean allowed = lookup.dots() > 0 || !searched || !options.has("no-tld-query");
    if (allowed && asItIs.isEmpty() && !rootSearched) {
      stage = Stage.AS_IT_IS_LAST;
      return ask(Names.absolute(lookup.name()), at);
    }
    return fail();
  }

  private List<Query> fail() {
    end =
        asItIs
            .or(() -> noData)
            .or(() -> servfail)
            .or(() -> latest)
            .map(NameFailure::end)
            .or(() -> Optional.of(new End.NoName()));
    return List.of();
  }

  /** Queries the next name, with the first server. */
  private List<Query> ask(Optional<String> next, Duration at) {
    if (next.isEmpty()) {
      return nameFailed(new NameFailure(NameError.NO_RECOVERY, new End.NoName()), at);
    }
    name = next.get();
    attempt = 0;
    shift = 0;
    circuit = options.has("use-vc");
    gotSomewhere = false;
    refused = false;
    lastRcode = Rcode.NOERROR.code();
    if (options.has("rotate") && lookup.servers().size() > 1) {
      first = Math.floorMod(rotation++, lookup.servers().size());
    }
    return openServer(at);
  }

  private Server server() {
    return lookup.servers().get(index());
  }

  private int index() {
    return (first + shift) % lookup.servers().size();
  }

  /** Starts with the present server: both types together, or the first one alone. */
  private List<Query> openServer(Duration at) {
    connectionReset = false;
    return restart(at);
  }

  private List<Query> restart(Duration at) {
    open.clear();
    usable.clear();
    received = 0;
    secondSent = false;
    if (circuit) {
      Duration rest = LONGEST.minus(at);
      return sent(List.of(query(RecordType.A, rest), query(RecordType.AAAA, rest)));
    }
    Duration patience = patience();
    finish = at.plus(patience);
    if (single) {
      return sent(List.of(query(RecordType.A, patience)));
    }
    secondSent = true;
    return sent(List.of(query(RecordType.A, patience), query(RecordType.AAAA, patience)));
  }

  private List<Query> sent(List<Query> both) {
    open.addAll(both);
    return both;
  }

  private Query query(RecordType type, Duration timeout) {
    return queries.query(server(), name, type, circuit ? Transport.TCP : Transport.UDP, timeout);
  }

  /** Doubles with each server, divided by the number of servers. */
  private Duration patience() {
    int seconds = retrans << index();
    if (index() > 0) {
      seconds /= lookup.servers().size();
    }
    return Duration.ofSeconds(Math.max(1, seconds));
  }

  @Override
  public List<Query> reply(Query query, Reply reply, Duration at) {
    if (end.isPresent() || !open.remove(query)) {
      return List.of();
    }
    Ended ended = new Ended(query, reply);
    deciding = Optional.of(ended);
    return circuit ? overTcp(ended, at) : overUdp(ended, at);
  }

  private List<Query> overTcp(Ended ended, Duration at) {
    if (!(ended.reply() instanceof Answered)) {
      if (ended.reply() instanceof Reply.ConnectionReset && !connectionReset) {
        connectionReset = true;
        return restart(at);
      }
      refused = ended.reply() instanceof Reply.ConnectionRefused;
      return nextServer(at);
    }
    usable.add(ended);
    return open.isEmpty() ? conclude(at) : List.of();
  }

  private List<Query> overUdp(Ended ended, Duration at) {
    return switch (ended.reply()) {
      case Answered answered -> {
        gotSomewhere = true;
        lastRcode = answered.rcode();
        yield answered(ended, answered, at);
      }
      case Reply.TimedOut _ -> open.isEmpty() ? timedOut(at) : List.of();
      case Reply.Malformed _ -> {
        gotSomewhere = true;
        yield nextServer(at);
      }
      case Reply.PortUnreachable _,
          Reply.ConnectionRefused _,
          Reply.ConnectionReset _,
          Reply.StreamEnded _,
          Reply.Prohibited _,
          Reply.NoRoute _,
          Reply.PathFailed _,
          Reply.LocalDenied _,
          Reply.NotSent _ ->
          nextServer(at);
    };
  }

  private List<Query> answered(Ended ended, Answered answered, Duration at) {
    if (Replies.is(answered, Rcode.SERVFAIL)
        || Replies.is(answered, Rcode.NOTIMP)
        || Replies.is(answered, Rcode.REFUSED)
        || Replies.isLame(answered)) {
      return serverFailed(at);
    }
    if (answered.truncated()) {
      circuit = true;
      return openServer(at);
    }
    usable.add(ended);
    received++;
    if (received == 2) {
      return conclude(at);
    }
    if (single && !secondSent) {
      secondSent = true;
      return sent(List.of(query(RecordType.AAAA, finish.minus(at))));
    }
    return List.of();
  }

  /** A server that cannot answer one type may still answer the other. */
  private List<Query> serverFailed(Duration at) {
    if (received > 0) {
      return usable.isEmpty() ? nextServer(at) : conclude(at);
    }
    if (single && !secondSent) {
      return nextServer(at);
    }
    received++;
    return List.of();
  }

  private List<Query> timedOut(Duration at) {
    if (usable.isEmpty()) {
      gotSomewhere = true;
      return nextServer(at);
    }
    if (!single) {
      single = true;
      return restart(at);
    }
    if (!reopen) {
      reopen = true;
      return restart(at);
    }
    return conclude(at);
  }

  private List<Query> nextServer(Duration at) {
    shift++;
    if (shift == lookup.servers().size()) {
      shift = 0;
      attempt++;
      if (circuit || attempt >= attempts) { // over TCP, each server has one attempt
        return noServer(at);
      }
    }
    return openServer(at);
  }

  private List<Query> noServer(Duration at) {
    open.clear();
    NameFailure failure = new NameFailure(NameError.TRY_AGAIN, deciding.orElseThrow().failed());
    boolean allRefuse = circuit ? refused : !gotSomewhere;
    if (allRefuse && stage == Stage.SEARCH) {
      end = Optional.of(failure.end());
      return List.of();
    }
    return nameFailed(failure, at);
  }

  /** Evaluates the responses that a server gave for a name. */
  private List<Query> conclude(Duration at) {
    open.clear();
    for (Ended ended : usable) {
      if (ended.reply() instanceof Answered answered && Replies.hasRecords(answered)) {
        end = Optional.of(new End.Found(name));
        return List.of();
      }
    }
    Ended first = usable.getFirst();
    Ended decisive = rcode(first) == Rcode.NOERROR.code() ? usable.getLast() : first;
    lastRcode = rcode(first);
    NameError error =
        switch (rcode(decisive)) {
          case 0 -> NameError.NO_DATA;
          case 2 -> NameError.TRY_AGAIN;
          case 3 -> NameError.HOST_NOT_FOUND;
          default -> NameError.NO_RECOVERY;
        };
    return nameFailed(new NameFailure(error, decisive.failed()), at);
  }

  private static int rcode(Ended ended) {
    return ended.reply() instanceof Answered answered ? answered.rcode() : Rcode.NOERROR.code();
  }

  private List<Query> nameFailed(NameFailure failure, Duration at) {
    latest = Optional.of(failure);
    return switch (stage) {
      case AS_IT_IS_FIRST -> {
        asItIs = latest;
        if (lookup.name().endsWith(".")) {
          yield fail();
        }
        stage = Stage.SEARCH;
        yield nextDomain(at);
      }
      case SEARCH -> searchFailed(failure, at);
      case AS_IT_IS_LAST -> fail();
    };
  }

  /** Only a name that does not exist, and SERVFAIL, lead to the next search domain. */
  private List<Query> searchFailed(NameFailure failure, Duration at) {
    return switch (failure.error()) {
      case NO_DATA -> {
        noData = noData.or(() -> Optional.of(failure));
        yield nextDomain(at);
      }
      case HOST_NOT_FOUND -> nextDomain(at);
      case TRY_AGAIN -> {
        if (lastRcode == Rcode.SERVFAIL.code()) {
          servfail = servfail.or(() -> Optional.of(failure));
          yield nextDomain(at);
        }
        yield afterSearch(at);
      }
      case NO_RECOVERY -> afterSearch(at);
    };
  }

  @Override
  public Optional<End> end() {
    return end;
  }
}
