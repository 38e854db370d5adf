package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Optional;

/** One query over UDP whose socket has other queries, at the same time or later. */
final class SharedUdpQuery extends PendingQuery {

  private final SelectionKey key;
  private final DatagramChannel channel;
  private final SharedSocket socket;
  private Optional<Reply> delivered = Optional.empty();

  SharedUdpQuery(
      QuerySpec querySpec, SelectionKey key, DatagramChannel channel, SharedSocket socket) {
    super(querySpec, key);
    this.key = key;
    this.channel = channel;
    this.socket = socket;
  }

  @Override
  void attach(SelectionKey key) {
    // the socket is the attachment
  }

  @Override
  void send() throws IOException {
    if (!channel.isConnected()) {
      channel.connect(server());
    }
    key.interestOps(SelectionKey.OP_READ);
    try {
      channel.write(ByteBuffer.wrap(query()));
    } catch (IOException e) {
      socket.fail(this, Failures.reply(e, phase())); // it may be that of the query before
      throw e;
    }
  }

  /** Receives one datagram. Another query of the socket may be the one that it answers. */
  @Override
  Step proceed(ByteBuffer buffer) throws IOException {
    if (delivered.isPresent()) {
      return new Step.Done(delivered.get());
    }
    try {
      if (channel.receive(buffer.clear()) == null) {
        return Step.NOTHING;
      }
    } catch (IOException e) {
      socket.fail(this, Failures.reply(e, phase()));
      throw e;
    }
    return socket.deliver(this, buffer.flip()) ? Step.MORE : step(take(buffer));
  }

  /** Reads a message that another query received. Returns false if it does not answer this one. */
  boolean accepts(ByteBuffer message) {
    if (delivered.isEmpty()) {
      delivered = answer(message);
      return delivered.isPresent();
    }
    return false;
  }

  /** Fails at the next look at the socket. */
  void fail(Reply reply) {
    delivered = delivered.or(() -> Optional.of(reply));
  }

  @Override
  void release() {
    socket.ended(this);
  }

  @Override
  int unfinished() {
    return 0;
  }

  @Override
  Reply.Phase phase() {
    return Reply.Phase.RESPONSE;
  }
}
