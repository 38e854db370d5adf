package io.github.dnsonde.lookup;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.MessageOptions;
import io.github.dnsonde.probe.Rcode;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The walk of {@code getaddrinfo(3)} in musl 1.2.4 and later (src/network/lookup_name.c,
 * res_msend.c).
 *
 * <p>For each name it sends A and AAAA to all servers at once, repeats what is unanswered, and
 * takes the first answer to each. Only NXDOMAIN leads to the next name. An error of either type
 * fails the lookup. It reads {@code ndots}, {@code timeout} and {@code attempts} alone; the timeout
 * is that of all attempts together.
 */
final class MuslWalk implements Walk {

  private static final int MOST_SECONDS = 60;

  private static final int MOST_ATTEMPTS = 10;

  /** Lines of resolv.conf that are longer are ignored, with the line break. */
  private static final int LONGEST_LINE = 254;

  private static final List<RecordType> TYPES = List.of(RecordType.A, RecordType.AAAA);

  private final Lookup lookup;
  private final QueryMaker queries = new QueryMaker(new MessageOptions(0, false));
  private final Duration timeout;
  private final Duration interval;
  private final Deque<String> names = new ArrayDeque<>();
  private final Map<RecordType, Ended> answers = new EnumMap<>(RecordType.class);
  private final Map<RecordType, Query> latest = new EnumMap<>(RecordType.class);
  private final Map<RecordType, Query> circuits = new EnumMap<>(RecordType.class);
  private String name = "";
  private Duration start = Duration.ZERO;
  private Duration repeated = Duration.ZERO;
  private int repeats;
  private Optional<End> end = Optional.empty();

  MuslWalk(Lookup lookup) {
    this.lookup = lookup;
    Options options =
        new Options(
            fits("options", lookup.settings().options())
                ? lookup.settings()
                : ResolverSettings.NONE);
    this.timeout = Duration.ofSeconds(options.value("timeout", 5, 0, MOST_SECONDS));
    this.interval = timeout.dividedBy(options.value("attempts", 2, 1, MOST_ATTEMPTS));
    String written = lookup.name();
    if (lookup.dots() < options.ndots()
        && !written.endsWith(".")
        && fits("search", lookup.settings().search())) {
      lookup.settings().search().stream()
          .flatMap(domain -> Names.joined(written, domain).stream())
          .forEach(names::add);
    }
    Names.absolute(written).ifPresent(names::add);
  }

  private static boolean fits(String keyword, List<String> words) {
    return keyword.length() + words.stream().mapToInt(word -> 1 + word.length()).sum()
        <= LONGEST_LINE;
  }

  @Override
  public SocketUse sockets() {
    return SocketUse.ONE_FOR_A_NAME;
  }

  @Override
  public List<Query> begin() {
    return next(Duration.ZERO);
  }

  private List<Query> next(Duration at) {
    if (names.isEmpty()) {
      end = Optional.of(new End.NoName());
      return List.of();
    }
    name = names.remove();
    start = at;
    answers.clear();
    latest.clear();
    circuits.clear();
    return askAll(at);
  }

  /** Sends what is unanswered to all servers. */
  private List<Query> askAll(Duration at) {
    repeated = at;
    repeats = 2 * TYPES.size();
    List<Query> sent = new ArrayList<>();
    for (RecordType type : TYPES) {
      if (!answers.containsKey(type) && !circuits.containsKey(type)) {
        lookup.servers().forEach(server -> sent.add(query(server, type, Transport.UDP, at)));
      }
    }
    return sent;
  }

  private Query query(Server server, RecordType type, Transport transport, Duration at) {
    Duration rest = start.plus(timeout).minus(at);
    Query query = queries.query(server, name, type, transport, rest);
    latest.put(type, query);
    return query;
  }

  @Override
  public List<Query> reply(Query query, Reply reply, Duration at) {
    RecordType type = query.type();
    if (end.isPresent() || !query.name().equals(name) || answers.containsKey(type)) {
      return List.of();
    }
    if (query.equals(circuits.get(type))) {
      return overTcp(new Ended(query, reply), at);
    }
    return circuits.containsKey(type) ? List.of() : overUdp(new Ended(query, reply), at);
  }

  /** A failure over TCP ends the name at once. */
  private List<Query> overTcp(Ended ended, Duration at) {
    if (ended.reply() instanceof Answered answered && isAccepted(answered)) {
      return accept(ended, at);
    }
    return conclude(Optional.of(ended), at);
  }

  private List<Query> overUdp(Ended ended, Duration at) {
    if (!(ended.reply() instanceof Answered answered)) {
      return List.of(); // an unconnected socket hears of no error
    }
    if (Replies.is(answered, Rcode.SERVFAIL) && repeats > 0) {
      repeats--;
      return List.of(query(ended.query().server(), ended.query().type(), Transport.UDP, at));
    }
    if (!isAccepted(answered)) {
      return List.of();
    }
    if (answered.truncated()) {
      Query whole = query(ended.query().server(), ended.query().type(), Transport.TCP, at);
      circuits.put(whole.type(), whole);
      return List.of(whole);
    }
    return accept(ended, at);
  }

  private static boolean isAccepted(Answered answered) {
    return Replies.is(answered, Rcode.NOERROR) || Replies.is(answered, Rcode.NXDOMAIN);
  }

  private List<Query> accept(Ended ended, Duration at) {
    answers.put(ended.query().type(), ended);
    return answers.size() == TYPES.size() ? conclude(Optional.empty(), at) : List.of();
  }

  @Override
  public Optional<Duration> wakeAt() {
    if (end.isPresent()) {
      return Optional.empty();
    }
    Duration over = start.plus(timeout);
    Duration again = repeated.plus(interval);
    return Optional.of(again.compareTo(over) < 0 ? again : over);
  }

  @Override
  public List<Query> wake(Duration at) {
    return at.compareTo(start.plus(timeout)) >= 0 ? conclude(Optional.empty(), at) : askAll(at);
  }

  /** Evaluates the answers in the order A, AAAA: the first that is missing or an error decides. */
  private List<Query> conclude(Optional<Ended> broken, Duration at) {
    for (RecordType type : TYPES) {
      Ended ended = answers.get(type);
      if (ended == null) {
        end = Optional.of(broken.<End>map(Ended::failed).orElseGet(() -> unanswered(type)));
        return List.of();
      }
      if (ended.reply() instanceof Answered answered && Replies.is(answered, Rcode.NXDOMAIN)) {
        return noSuchName(ended, at);
      }
    }
    boolean found =
        answers.values().stream()
            .anyMatch(
                ended ->
                    ended.reply() instanceof Answered answered
                        && Replies.hasRecord(answered, ended.query().type()));
    Ended first = answers.values().iterator().next();
    end = Optional.of(found ? new End.Found(name) : first.failed());
    return List.of();
  }

  private End unanswered(RecordType type) {
    Query query = requireNonNull(latest.get(type), "both types are queried");
    return new End.Failed(query, new Reply.TimedOut(Reply.Phase.RESPONSE));
  }

  private List<Query> noSuchName(Ended ended, Duration at) {
    if (names.isEmpty()) {
      end = Optional.of(ended.failed());
      return List.of();
    }
    return next(at);
  }

  @Override
  public Optional<End> end() {
    return end;
  }
}
