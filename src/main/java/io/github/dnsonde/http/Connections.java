package io.github.dnsonde.http;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The open connections of one listener. A new connection is always admitted: if there is no room,
 * another one is closed, so that no crowd of clients can exclude the next one. Thread-safe.
 */
final class Connections {

  /** Time that a new connection has for its request before it is closed for lack of descriptors. */
  private static final Duration NEW = Duration.ofSeconds(1);

  private final Capacity capacity;
  private final Patience patience;
  private final BiConsumer<InetAddress, Integer> closedForRoom;
  private final Set<Connection> open = new HashSet<>();

  /**
   * Creates an empty set.
   *
   * @param closedForRoom called with the address of a connection that was closed to make room, and
   *     the number of its connections
   */
  Connections(
      Capacity capacity, Patience patience, BiConsumer<InetAddress, Integer> closedForRoom) {
    this.capacity = capacity;
    this.patience = patience;
    this.closedForRoom = closedForRoom;
  }

  /**
   * Admits a connection, if necessary in place of another that waits for its client. If all wait
   * for this program, which may be behind for a moment, up to twice as many are admitted. After
   * that, one is closed nevertheless.
   */
  synchronized void admit(Connection newcomer) {
    boolean more = true;
    while (more) {
      more = giveWay(newcomer.source());
    }
    open.add(newcomer);
  }

  /**
   * Closes one connection in favour of a new one, if there is no room. Returns false if none is
   * closed.
   */
  private boolean giveWay(ClientNetwork newcomer) {
    List<Connection> neighbours =
        open.stream().filter(other -> other.source().equals(newcomer)).toList();
    boolean crowd = neighbours.size() >= capacity.perSource();
    if (!crowd && open.size() < capacity.connections()) {
      return false;
    }
    boolean atLast =
        neighbours.size() >= 2 * capacity.perSource() || open.size() >= 2 * capacity.connections();
    Optional<Connection> victim =
        leastWorth(crowd ? neighbours : open).filter(least -> atLast || !isBusy(least));
    victim.ifPresent(this::closeForRoom);
    return victim.isPresent();
  }

  /**
   * Closes a connection that waits for its client, if there is one. New connections are left:
   * without a free descriptor Linux refuses to accept even if nobody connects, so the newest
   * connection, which got the last descriptor, would be closed for nobody.
   */
  synchronized void makeRoom() {
    leastWorth(open.stream().filter(connection -> !isNew(connection)).toList())
        .filter(least -> !isBusy(least))
        .ifPresent(this::closeForRoom);
  }

  private static boolean isNew(Connection connection) {
    return connection.state() == Connection.State.RECEIVING && connection.age() < NEW.toNanos();
  }

  private void closeForRoom(Connection victim) {
    int ofItsSource =
        (int) open.stream().filter(other -> other.source().equals(victim.source())).count();
    close(victim);
    closedForRoom.accept(victim.source().address(), ofItsSource);
  }

  private void close(Connection connection) {
    open.remove(connection);
    connection.cut();
  }

  /**
   * Selects the connection to close: one that is not busy, if possible; of these, one from the most
   * frequent origin, by network and then by address; of these, one between two requests; of these,
   * the oldest.
   */
  private Optional<Connection> leastWorth(Collection<Connection> candidates) {
    Map<Object, Long> ofNetwork = count(open, connection -> connection.source().network());
    Map<Object, Long> ofAddress = count(open, Connection::source);
    return candidates.stream()
        .map(
            connection ->
                new Rank(
                    connection,
                    !isBusy(connection),
                    ofNetwork.getOrDefault(connection.source().network(), 0L),
                    ofAddress.getOrDefault(connection.source(), 0L),
                    connection.state() == Connection.State.WAITING,
                    connection.age()))
        .max(Rank.ORDER)
        .map(Rank::connection);
  }

  /** The criteria of the selection, at one moment. */
  private record Rank(
      Connection connection, boolean idle, long network, long address, boolean waiting, long age) {
    static final Comparator<Rank> ORDER =
        comparing(Rank::idle)
            .thenComparingLong(Rank::network)
            .thenComparingLong(Rank::address)
            .thenComparing(Rank::waiting)
            .thenComparingLong(Rank::age);
  }

  private static Map<Object, Long> count(
      Collection<Connection> connections, Function<Connection, Object> by) {
    return connections.stream().collect(groupingBy(by, counting()));
  }

  /** Returns true if it does not wait for its client. */
  private boolean isBusy(Connection connection) {
    return connection.state() == Connection.State.ANSWERED
        ? !isSlow(connection)
        : !connection.isAwaited();
  }

  private boolean isSlow(Connection answered) {
    return answered.age() > patience.slow().toNanos();
  }

  /**
   * Begins to write a page to a connection, if necessary by ending another one's. The victim is of
   * the source with the most pages in writing, if these are two more than those of this
   * connection's source. Otherwise it is the oldest, if it is slow.
   *
   * @return true if there was room
   */
  synchronized boolean beginPage(Connection connection) {
    List<Connection> written = open.stream().filter(Connection::isWritten).toList();
    if (written.size() >= capacity.pages()) {
      Optional<Connection> victim = mostWritten(written, connection.source());
      victim.ifPresent(this::closeForRoom);
      if (victim.isEmpty()) {
        return false;
      }
    }
    connection.written(true);
    return true;
  }

  private Optional<Connection> mostWritten(List<Connection> written, ClientNetwork newcomer) {
    Map<Object, Long> ofSource = count(written, Connection::source);
    ToLongFunction<Connection> pages = connection -> ofSource.getOrDefault(connection.source(), 0L);
    long fair = ofSource.getOrDefault(newcomer, 0L) + 2;
    return written.stream()
        .filter(other -> pages.applyAsLong(other) >= fair)
        .max(comparingLong(pages).thenComparingLong(Connection::age))
        .or(() -> written.stream().max(comparingLong(Connection::age)).filter(this::isSlow));
  }

  synchronized void endPage(Connection connection) {
    connection.written(false);
  }

  synchronized void remove(Connection connection) {
    open.remove(connection);
  }

  /**
   * Closes connections that take too long. If more than half of the capacity is in use, a
   * connection that waits for its next request is closed much sooner.
   */
  synchronized void closeOverdue() {
    boolean crowded = open.size() > capacity.connections() / 2;
    Duration idle = crowded ? patience.idleInACrowd() : patience.idle();
    open.stream().filter(connection -> isOverdue(connection, idle)).toList().forEach(this::close);
  }

  private boolean isOverdue(Connection connection, Duration idle) {
    return switch (connection.state()) {
      case WAITING -> connection.age() > idle.toNanos();
      case RECEIVING, ANSWERED -> connection.age() > patience.exchange().toNanos();
      case STREAMED -> false; // the next event will find out whether the client is there
    };
  }

  /** Lets responses in progress finish, and closes all other connections. */
  synchronized void finish() {
    open.forEach(Connection::finish);
  }

  synchronized void closeAll() {
    List.copyOf(open).forEach(this::close);
  }
}
