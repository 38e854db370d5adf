package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends queries, each over its own socket unless the caller opens one for several, and waits for
 * all replies with one selector. Runs on the caller's thread, never retries, and caches nothing.
 */
public final class DnsExchange implements Exchange {

  /**
   * The longest stall of this thread that is noise. After a longer one, queries in flight cannot be
   * timed.
   */
  private static final long NOTICEABLE_GAP = Duration.ofMillis(250).toNanos();

  /** Sentinel for "await has not run yet". */
  private static final long NEVER = Long.MIN_VALUE;

  /** The largest datagram, and the limit for one read. */
  private static final int RECEIVE_BUFFER = 65_535;

  private static final int MOST_CODECS = 1_000;

  private static final int IDS = 65_536;

  private final Sockets sockets;
  private final Ticker ticker;
  private final Consumer<Duration> starved;
  private final Selector selector;
  private final SecureRandom random = new SecureRandom();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BUFFER);
  private final NavigableSet<PendingQuery> inFlight = new TreeSet<>(PendingQuery::byDeadline);
  private final Map<Question, Codec> codecs = new HashMap<>();
  private final List<PendingQuery> delivered = new ArrayList<>();
  private final Set<SharedSocket> shared = new HashSet<>();
  private final List<PendingQuery> ready = new ArrayList<>();
  private final Consumer<SelectionKey> collect = this::collect;
  private final Faults faults;
  private long asked;
  private long awake = NEVER;

  /**
   * Creates an exchange for one thread.
   *
   * @param starved receives every stall of more than 250 ms
   */
  public DnsExchange(Sockets sockets, Ticker ticker, Consumer<Duration> starved) {
    this.sockets = sockets;
    this.ticker = ticker;
    this.starved = starved;
    this.faults = new Faults(ticker);
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector", e);
    }
  }

  @Override
  public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    send(this::open, probe, timeout, late, done);
  }

  @Override
  public QuerySocket openSocket(Vantage vantage, Server server) {
    SharedSocket socket = new SharedSocket(vantage, server, new SocketOwner());
    shared.add(socket);
    return socket;
  }

  /** Creates a query, with a socket. */
  private interface Opening {
    PendingQuery open(PendingQuery.QuerySpec querySpec) throws IOException, Sockets.Unavailable;
  }

  private void send(
      Opening opening, Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    Instant at = ticker.now();
    Consumer<Outcome> careful = outcome -> report(done, outcome);
    Optional<PendingQuery> question = Optional.empty();
    try {
      question = Optional.of(opened(opening, terms(probe, at, timeout, late, careful)));
    } catch (Sockets.Unavailable e) {
      careful.accept(notSent(probe, at, e.untestedBy(), e));
    } catch (IOException e) {
      careful.accept(notSent(probe, at, Cause.NO_SOCKET, e));
    } catch (RuntimeException e) {
      Reply.NotSent fault = faults.notSent(e);
      careful.accept(Outcome.untested(probe, at, fault.cause(), fault.why()));
    }
    question.ifPresent(this::start);
  }

  /** Keeps an exception of one callback away from all other queries. */
  private void report(Consumer<Outcome> done, Outcome outcome) {
    try {
      done.accept(outcome);
    } catch (RuntimeException e) {
      faults.report(e);
    }
  }

  private PendingQuery.QuerySpec terms(
      Probe probe, Instant at, Duration timeout, Duration late, Consumer<Outcome> done) {
    return new PendingQuery.QuerySpec(
        probe,
        codec(probe.question()),
        random.nextInt(IDS),
        asked++,
        at,
        timeout,
        late,
        done,
        faults);
  }

  private Codec codec(Question question) {
    if (question.options().randomLabel()) {
      return Codec.withLabel(question, randomLabel());
    }
    if (codecs.size() >= MOST_CODECS) {
      codecs.clear(); // bounds the map when the configuration changes often
    }
    return codecs.computeIfAbsent(question, Codec::new);
  }

  /** A label that shows its origin to operators, and that nobody has queried before. */
  private String randomLabel() {
    return "dnsonde-" + HexFormat.of().toHexDigits(random.nextInt());
  }

  private static Outcome notSent(Probe probe, Instant at, Cause cause, Exception e) {
    return Outcome.untested(probe, at, cause, String.valueOf(e.getMessage()));
  }

  private static PendingQuery opened(Opening opening, PendingQuery.QuerySpec querySpec)
      throws IOException, Sockets.Unavailable {
    try {
      return opening.open(querySpec);
    } catch (UnsupportedOperationException e) { // Java detects IPv6 once, at its start
      throw new IOException(
          e.getMessage()
              + ": "
              + family(querySpec.probe().server()).name()
              + " sockets need that family in the agent's own network; enable it there, or remove"
              + " the server",
          e);
    }
  }

  private PendingQuery open(PendingQuery.QuerySpec querySpec)
      throws IOException, Sockets.Unavailable {
    Vantage vantage = querySpec.probe().vantage();
    ProtocolFamily family = family(querySpec.probe().server());
    return switch (querySpec.probe().question().transport()) {
      case UDP -> {
        DatagramChannel channel = sockets.openDatagram(vantage, family);
        yield new UdpQuery(querySpec, channel, register(channel, querySpec.probe()));
      }
      case TCP -> {
        SocketChannel channel = sockets.openStream(vantage, family);
        yield new TcpQuery(querySpec, channel, register(channel, querySpec.probe()));
      }
    };
  }

  /** Gives the sockets of several queries what they need from the exchange. */
  private final class SocketOwner implements SharedSocket.Owner {
    @Override
    public void query(
        SharedSocket socket, Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
      send(socket::begin, probe, timeout, late, done);
    }

    @Override
    public SelectionKey open(Probe probe) throws IOException, Sockets.Unavailable {
      return register(sockets.openDatagram(probe.vantage(), family(probe.server())), probe);
    }

    @Override
    public void end(PendingQuery query) {
      if (inFlight.remove(query)) {
        query.finish(new Reply.NotSent(Cause.SHUTDOWN, "its socket was closed"), ticker.nanos());
      }
    }

    @Override
    public void delivered(PendingQuery query) {
      delivered.add(query);
    }

    @Override
    public void forget(SharedSocket socket) {
      shared.remove(socket);
    }
  }

  private static ProtocolFamily family(Server server) {
    return server.address() instanceof Inet6Address
        ? StandardProtocolFamily.INET6
        : StandardProtocolFamily.INET;
  }

  private <C extends SelectableChannel & NetworkChannel> SelectionKey register(
      C channel, Probe probe) throws IOException {
    try {
      channel.configureBlocking(false);
      Optional<InetAddress> from = from(probe);
      if (from.isPresent()) {
        channel.bind(new InetSocketAddress(from.get(), 0));
      }
      return channel.register(selector, 0);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The pod's address, if it is of the server's family. Otherwise the kernel selects the pod's
   * other address.
   */
  private Optional<InetAddress> from(Probe probe) {
    return sockets
        .localAddress(probe.vantage())
        .filter(
            address ->
                address instanceof Inet6Address
                    == probe.server().address() instanceof Inet6Address);
  }

  private void start(PendingQuery question) {
    Optional<Reply> failure = question.start(ticker.nanos());
    if (failure.isPresent()) {
      question.finish(failure.get(), ticker.nanos());
    } else {
      inFlight.add(question);
    }
  }

  @Override
  public void await(Duration atMost) {
    long before = ticker.nanos();
    if (awake != NEVER) {
      noticeGap(before - awake, before);
    }
    long wait = delivered.isEmpty() ? untilDeadline(atMost, before) : 0;
    select(wait);
    awake = ticker.nanos();
    noticeGap(awake - before - wait, awake);
    proceed(ready);
    List<PendingQuery> other = List.copyOf(delivered);
    delivered.clear();
    proceed(other);
    expire();
  }

  private long untilDeadline(Duration atMost, long now) {
    return inFlight.isEmpty()
        ? atMost.toNanos()
        : Math.clamp(inFlight.first().deadline() - now, 0, atMost.toNanos());
  }

  private void select(long nanos) {
    ready.clear();
    try {
      if (nanos > 0) {
        selector.select(collect, millisRoundedUp(nanos));
      } else {
        selector.selectNow(collect);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the selector failed", e);
    }
  }

  private void collect(SelectionKey key) {
    ((Reader) key.attachment()).addTo(ready);
  }

  private static long millisRoundedUp(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos + TimeUnit.MILLISECONDS.toNanos(1) - 1);
  }

  /** Moves the deadline of the queries in flight by the time that this thread stalled. */
  private void noticeGap(long gap, long now) {
    if (gap <= NOTICEABLE_GAP) {
      return;
    }
    starved.accept(Duration.ofNanos(gap));
    List<PendingQuery> waiting = List.copyOf(inFlight);
    inFlight.clear(); // the sort key changes
    for (PendingQuery question : waiting) {
      long share = Math.min(gap, now - question.sent());
      if (share > NOTICEABLE_GAP) {
        question.starvedFor(share);
      }
      inFlight.add(question);
    }
  }

  private void proceed(List<PendingQuery> readable) {
    for (PendingQuery question : readable) {
      if (inFlight.contains(question)) { // false if an earlier callback closed the exchange
        proceed(question);
      }
    }
  }

  private void proceed(PendingQuery question) {
    Optional<Reply> reply = question.ready(buffer);
    if (reply.isPresent()) {
      inFlight.remove(question);
      question.finish(reply.get(), awake);
    }
  }

  private void expire() {
    while (!inFlight.isEmpty() && inFlight.first().deadline() <= awake) {
      PendingQuery question = inFlight.removeFirst();
      question.finish(question.lastLook(buffer), awake);
    }
  }

  @Override
  public int inFlight() {
    return inFlight.size();
  }

  @Override
  public void wakeUp() {
    selector.wakeup();
  }

  @Override
  public void close() {
    while (!inFlight.isEmpty()) {
      inFlight
          .removeFirst()
          .finish(new Reply.NotSent(Cause.SHUTDOWN, "the agent is stopping"), awake);
    }
    List.copyOf(shared).forEach(SharedSocket::close);
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the selector failed", e);
    }
  }
}
