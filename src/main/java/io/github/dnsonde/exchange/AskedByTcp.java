package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * One question over a TCP connection of its own (RFC 1035 §4.2.2, RFC 7766). Closed by a reset once
 * the answer is in, so that neither TIME_WAIT nor a connection-tracking entry stays behind.
 */
final class AskedByTcp extends Asked {

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer unsent;
  private final Frames frames = new Frames();

  AskedByTcp(Terms terms, SocketChannel channel, SelectionKey key) {
    super(terms, key);
    this.channel = channel;
    this.key = key;
    byte[] query = query();
    // Length and message in one write, so as a rule in one segment (RFC 7766 §8).
    this.unsent =
        ByteBuffer.allocate(Short.BYTES + query.length)
            .putShort((short) query.length)
            .put(query)
            .flip();
  }

  @Override
  void send() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    // A server on the same node has accepted before connect(2) returns: no need to wait for that.
    if (channel.connect(server()) || channel.finishConnect()) {
      write();
    } else {
      key.interestOps(SelectionKey.OP_CONNECT);
    }
  }

  @Override
  Optional<Reply> proceed(ByteBuffer buffer) throws IOException {
    if (!channel.isConnected() && !channel.finishConnect()) {
      return Optional.empty();
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

  private Optional<Reply> read(ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer.clear());
    while (count > 0) {
      frames.add(buffer.flip());
      Optional<Reply> reply = decodeFrames();
      if (reply.isPresent()) {
        return reply;
      }
      count = channel.read(buffer.clear());
    }
    return count < 0 ? Optional.of(new Reply.StreamEnded(frames.waiting())) : Optional.empty();
  }

  private Optional<Reply> decodeFrames() {
    Optional<ByteBuffer> message = frames.next();
    while (message.isPresent()) {
      Optional<Reply> reply = decode(message.get());
      if (reply.isPresent()) {
        return reply;
      }
      message = frames.next();
    }
    return Optional.empty();
  }

  @Override
  Reply.Phase phase() {
    return channel.isConnected() ? Reply.Phase.RESPONSE : Reply.Phase.CONNECT;
  }
}
