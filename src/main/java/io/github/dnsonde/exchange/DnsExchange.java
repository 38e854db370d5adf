package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks over sockets of its own, one a question, and waits for all of them with one selector. No
 * thread of its own, no retry, no cache.
 */
public final class DnsExchange implements Exchange {

  /**
   * A standstill of this thread beyond this is no longer noise: what was in flight cannot be timed.
   */
  private static final long NOTICEABLE_GAP = Duration.ofMillis(250).toNanos();

  /** Before the first await nobody is kept waiting. */
  private static final long NEVER = Long.MIN_VALUE;

  /** No datagram and no read is larger. */
  private static final int RECEIVE_BUFFER = 65_535;

  private static final int MOST_CODECS = 1_000;

  private static final int IDS = 65_536;

  private final Sockets sockets;
  private final Ticker ticker;
  private final Consumer<Duration> starved;
  private final Selector selector;
  private final SecureRandom random = new SecureRandom();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BUFFER);
  private final NavigableSet<Asked> inFlight = new TreeSet<>(Asked::byDeadline);
  private final Map<Question, Codec> codecs = new HashMap<>();
  private final List<Asked> ready = new ArrayList<>();
  private final Consumer<SelectionKey> collect = this::collect;
  private long asked;
  private long awake = NEVER;

  /**
   * An exchange for one thread.
   *
   * @param starved told of every standstill of more than 250 ms
   */
  public DnsExchange(Sockets sockets, Ticker ticker, Consumer<Duration> starved) {
    this.sockets = sockets;
    this.ticker = ticker;
    this.starved = starved;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no selector can be had", e);
    }
  }

  @Override
  public void ask(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    Asked.Terms terms =
        new Asked.Terms(
            probe,
            codec(probe.question()),
            random.nextInt(IDS),
            asked++,
            ticker.now(),
            timeout,
            late,
            done);
    try {
      start(open(terms));
    } catch (Sockets.Unavailable e) {
      done.accept(notSent(terms, e.untestedBy(), e));
    } catch (IOException e) {
      done.accept(notSent(terms, Cause.NO_SOCKET, e));
    }
  }

  private Codec codec(Question question) {
    if (codecs.size() >= MOST_CODECS) {
      codecs.clear(); // questions come and go with the configuration
    }
    return codecs.computeIfAbsent(question, Codec::new);
  }

  private static Outcome notSent(Asked.Terms terms, Cause cause, Exception e) {
    return Outcome.untested(terms.probe(), terms.at(), cause, String.valueOf(e.getMessage()));
  }

  private Asked open(Asked.Terms terms) throws IOException, Sockets.Unavailable {
    Vantage vantage = terms.probe().vantage();
    ProtocolFamily family = family(terms.probe().server());
    return switch (terms.probe().question().transport()) {
      case UDP -> {
        DatagramChannel channel = sockets.openDatagram(vantage, family);
        yield new AskedByUdp(terms, channel, register(channel, terms.probe()));
      }
      case TCP -> {
        SocketChannel channel = sockets.openStream(vantage, family);
        yield new AskedByTcp(terms, channel, register(channel, terms.probe()));
      }
    };
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
      if (from(probe).isPresent()) {
        bind(channel, from(probe).get());
      }
      return channel.register(selector, 0);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * A pod may have lost its address. Then the kernel chooses another, or says when it is connected
   * that there is none: as it would to the pod's own resolver.
   */
  private static void bind(NetworkChannel channel, InetAddress from) throws IOException {
    try {
      channel.bind(new InetSocketAddress(from, 0));
    } catch (BindException _) {
      // left unbound
    }
  }

  /** To a server of the other family the kernel finds the pod's other address by itself. */
  private static Optional<InetAddress> from(Probe probe) {
    return Optional.of(probe.vantage().from())
        .filter(address -> !address.isAnyLocalAddress())
        .filter(
            address ->
                address instanceof Inet6Address
                    == probe.server().address() instanceof Inet6Address);
  }

  private void start(Asked question) {
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
    long wait =
        inFlight.isEmpty()
            ? atMost.toNanos()
            : Math.clamp(inFlight.first().deadline() - before, 0, atMost.toNanos());
    select(wait);
    awake = ticker.nanos();
    noticeGap(awake - before - wait, awake);
    proceed();
    expire();
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
    ready.add((Asked) key.attachment());
  }

  private static long millisRoundedUp(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos + TimeUnit.MILLISECONDS.toNanos(1) - 1);
  }

  /** What was in flight while this thread stood still gets that time back. */
  private void noticeGap(long gap, long now) {
    if (gap <= NOTICEABLE_GAP) {
      return;
    }
    starved.accept(Duration.ofNanos(gap));
    List<Asked> waiting = List.copyOf(inFlight);
    inFlight.clear(); // the set is sorted by what changes
    for (Asked question : waiting) {
      long share = Math.min(gap, now - question.sent());
      if (share > NOTICEABLE_GAP) {
        question.starvedFor(share);
      }
      inFlight.add(question);
    }
  }

  private void proceed() {
    for (Asked question : ready) {
      if (inFlight.contains(question)) { // or the callback of one before it closed the exchange
        proceed(question);
      }
    }
  }

  private void proceed(Asked question) {
    Optional<Reply> reply = question.ready(buffer);
    if (reply.isPresent()) {
      inFlight.remove(question);
      question.finish(reply.get(), awake);
    }
  }

  private void expire() {
    while (!inFlight.isEmpty() && inFlight.first().deadline() <= awake) {
      Asked question = inFlight.removeFirst();
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
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the selector failed", e);
    }
  }
}
