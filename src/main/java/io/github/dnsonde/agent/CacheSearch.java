package io.github.dnsonde.agent;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Periodic;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Searches for the node's DNS cache if no API shows its existence. Queries its address once a
 * period, until it has answered. No response is not a failure there, and is not reported. A
 * separate thread waits for the answers.
 */
final class CacheSearch {

  /**
   * An unused address. RFC 3927 §2.1 reserves the last 256 link-local addresses: no host may have
   * it.
   */
  static final InetAddress NOBODY = InetAddress.ofLiteral("169.254.255.53");

  /** A cache is on the node, so it answers at once, or after its upstream has answered. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** The interval between looks whether it is time for a query. */
  private static final Duration CHECK = Duration.ofSeconds(1);

  private static final Duration AT_ONCE = Duration.ZERO;

  private static final Log LOG = Log.named("cache search");

  private final InetAddress nobody;
  private final Set<InetAddress> answered = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean found = new AtomicBoolean();
  private volatile Optional<Search> wanted = Optional.empty();
  private volatile Runnable whenFound = () -> {};
  private volatile Runnable searchNow = () -> {};
  private long next = Ticker.SYSTEM.nanos();
  private boolean proxyReported;

  private record Search(InetAddress address, Vantage vantage, Question question, Duration period) {}

  /**
   * Creates a search that sends no query yet.
   *
   * @param nobody an unused address, which answers only if a proxy answers for every address
   */
  CacheSearch(InetAddress nobody) {
    this.nobody = nobody;
  }

  /**
   * Starts the search, as one of these periodic tasks.
   *
   * @param found runs after each address that answered for the first time
   */
  void addTo(Periodic chores, Runnable found) {
    whenFound = found;
    searchNow = chores.onDemand("cache search", AT_ONCE, CHECK, this::round);
  }

  /** Switches to searching at this address, or at none. */
  void search(Optional<InetAddress> address, Config config) {
    wanted =
        address.map(
            at -> new Search(at, config.vantage(), question(config), config.pace().period()));
    searchNow.run();
  }

  /** Returns true if an address has answered at least once. */
  boolean hasAnswered(InetAddress address) {
    return answered.contains(address);
  }

  /** Returns true if another address has answered since the last call. */
  boolean foundSomething() {
    return found.getAndSet(false);
  }

  /** A question that the agent sends anyway. */
  private static Question question(Config config) {
    Question first = config.questions().getFirst();
    return new Question(first.name(), first.type(), Transport.UDP, first.scope(), first.expected());
  }

  private void round() {
    Optional<Search> search = wanted.filter(wish -> !answered.contains(wish.address()));
    long now = Ticker.SYSTEM.nanos();
    if (search.isEmpty() || now < next) {
      return;
    }
    next = now + search.get().period().toNanos();
    if (answers(search.get(), search.get().address())) {
      take(search.get());
    }
  }

  /** Accepts an answer, unless an unused address also answers: then both answers are a proxy's. */
  private void take(Search search) {
    if (!answers(search, nobody)) {
      LOG.info(
          Event.of("a DNS cache answers on the node")
              .with("address", Addresses.text(search.address())));
      answered.add(search.address());
      found.set(true);
      whenFound.run();
    } else if (!proxyReported) {
      proxyReported = true;
      LOG.info(
          Event.of("a proxy answers DNS at every address; its answers do not prove a cache")
              .with("address", Addresses.text(nobody)));
    }
  }

  private static boolean answers(Search search, InetAddress address) {
    Server server = new Server("node-local-dns", address, Server.DNS_PORT);
    Probe probe = new Probe(search.vantage(), server, search.question(), false);
    AtomicBoolean answers = new AtomicBoolean();
    try (Exchange exchange = new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {})) {
      exchange.query(
          probe, TIMEOUT, Pace.DEFAULT.late(), outcome -> answers.set(isAnswer(outcome)));
      while (exchange.inFlight() > 0) {
        exchange.await(TIMEOUT);
      }
    }
    return answers.get();
  }

  private static boolean isAnswer(Outcome outcome) {
    return outcome.reply() instanceof Answered;
  }
}
