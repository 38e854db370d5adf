package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * One query over its own TCP connection (RFC 1035 §4.2.2, RFC 7766). The connection is reset once
 * the answer is complete, so that it leaves neither TIME_WAIT nor a connection-tracking entry.
 */
final class TcpQuery extends PendingQuery {

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer unsent;
  private final Frames frames = new Frames();
  private int octets;

  TcpQuery(QuerySpec querySpec, SocketChannel channel, SelectionKey key) {
    super(querySpec, key);
    this.channel = channel;
    this.key = key;
    byte[] query = query();
    // Length and message in one write, so usually in one segment (RFC 7766 §8).
    this.unsent =
        ByteBuffer.allocate(Short.BYTES + query.length)
            .putShort((short) query.length)
            .put(query)
            .flip();
  }

  @Override
  void send() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    // A server on the same node has accepted before connect(2) returns, so there is no need to
    // wait.
    if (channel.connect(server()) || channel.finishConnect()) {
      write();
    } else {
      key.interestOps(SelectionKey.OP_CONNECT);
    }
  }

  /**
   * Writes once and reads once, so that a peer that sends endlessly does not delay other queries.
   */
  @Override
  Step proceed(ByteBuffer buffer) throws IOException {
    if (!channel.isConnected() && !channel.finishConnect()) {
      return Step.NOTHING;
    }
    if (unsent.hasRemaining()) {
      write();
    }
    return read(buffer);
  }

  private void write() throws IOException {
    channel.write(unsent);
    key.interestOps(unsent.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  private Step read(ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer.clear());
    if (count < 0) {
      return new Step.Done(new Reply.StreamEnded(octets));
    }
    if (count == 0) {
      return Step.NOTHING;
    }
    octets += count;
    frames.add(buffer.flip());
    return step(takeFrames());
  }

  /** Reads the complete messages. The loop is bounded because {@link #take} gives up. */
  private Optional<Reply> takeFrames() {
    Optional<Reply> reply = Optional.empty();
    Optional<ByteBuffer> message = frames.next();
    while (reply.isEmpty() && message.isPresent()) {
      reply = take(message.get());
      message = frames.next();
    }
    return reply;
  }

  @Override
  int unfinished() {
    return frames.waiting();
  }

  @Override
  Reply.Phase phase() {
    return channel.isConnected() ? Reply.Phase.RESPONSE : Reply.Phase.CONNECT;
  }
}
