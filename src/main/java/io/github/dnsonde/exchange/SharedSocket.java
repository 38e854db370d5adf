package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A connected UDP socket of several queries. Each message goes to the query that it answers. */
final class SharedSocket implements QuerySocket, Reader {

  /** Limit for messages and errors of earlier queries, which are left out. */
  private static final int MOST_LEFT_OVER = 100;

  private final Vantage vantage;
  private final Server server;
  private final Owner owner;
  private final List<SharedUdpQuery> open = new ArrayList<>();
  private Optional<SelectionKey> key = Optional.empty();
  private boolean closing;

  /** The exchange that the socket belongs to. */
  interface Owner {

    /** Sends a query of this socket, which {@link SharedSocket#begin} creates. */
    void query(
        SharedSocket socket, Probe probe, Duration timeout, Duration late, Consumer<Outcome> done);

    /** Opens the socket of a query. */
    SelectionKey open(Probe probe) throws IOException, Sockets.Unavailable;

    /** Ends a query in flight, because its socket is closed. */
    void end(PendingQuery query);

    /** Looks at a query soon: another one has received its reply. */
    void delivered(PendingQuery query);

    /** Forgets a socket that is closed. */
    void forget(SharedSocket socket);
  }

  SharedSocket(Vantage vantage, Server server, Owner owner) {
    this.vantage = vantage;
    this.server = server;
    this.owner = owner;
  }

  @Override
  public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    if (!probe.vantage().equals(vantage)
        || !probe.server().equals(server)
        || probe.question().transport() != Transport.UDP) {
      throw new IllegalArgumentException("a socket to " + server + " cannot send " + probe);
    }
    owner.query(this, probe, timeout, late, done);
  }

  /** Creates a query; opens the socket if it is not open. */
  PendingQuery begin(PendingQuery.QuerySpec querySpec) throws IOException, Sockets.Unavailable {
    SelectionKey present;
    if (key.isPresent()) {
      present = key.get();
    } else {
      present = owner.open(querySpec.probe());
      present.attach(this);
      key = Optional.of(present);
    }
    DatagramChannel channel = (DatagramChannel) present.channel();
    if (open.isEmpty() && channel.isConnected()) {
      leaveOut(channel);
    }
    SharedUdpQuery query = new SharedUdpQuery(querySpec, present, channel, this);
    open.add(query);
    return query;
  }

  /** Reads what arrived for earlier queries after they had ended. */
  private static void leaveOut(DatagramChannel channel) {
    ByteBuffer nothing = ByteBuffer.allocate(1);
    for (int i = 0; i < MOST_LEFT_OVER; i++) {
      try {
        if (channel.receive(nothing.clear()) == null) {
          return;
        }
      } catch (IOException _) {
        // the error belongs to an earlier query
      }
    }
  }

  @Override
  public void addTo(List<PendingQuery> ready) {
    ready.addAll(open);
  }

  /** Gives a message to another query of this socket, if it answers that one. */
  boolean deliver(SharedUdpQuery reader, ByteBuffer message) {
    Optional<SharedUdpQuery> addressee =
        open.stream()
            .filter(other -> !other.equals(reader) && other.accepts(message.duplicate()))
            .findFirst();
    addressee.ifPresent(owner::delivered);
    return addressee.isPresent();
  }

  /** Reports an error, which the system reports only once, to the other queries. */
  void fail(SharedUdpQuery reader, Reply reply) {
    for (SharedUdpQuery other : open) {
      if (!other.equals(reader)) {
        other.fail(reply);
        owner.delivered(other);
      }
    }
  }

  /** Records the end of a query. Without queries, the selector does not report the socket. */
  void ended(SharedUdpQuery query) {
    open.remove(query);
    if (open.isEmpty()) {
      if (closing) {
        closeNow();
      } else {
        key.filter(SelectionKey::isValid).ifPresent(each -> each.interestOps(0));
      }
    }
  }

  @Override
  public void closeWhenIdle() {
    closing = true;
    if (open.isEmpty()) {
      closeNow();
    }
  }

  @Override
  public void close() {
    closing = true;
    List.copyOf(open).forEach(owner::end);
    closeNow();
  }

  private void closeNow() {
    owner.forget(this);
    try {
      if (key.isPresent()) {
        key.get().channel().close();
      }
    } catch (IOException _) {
      // close(2): the descriptor is released even if closing fails
    }
    key = Optional.empty();
  }
}
