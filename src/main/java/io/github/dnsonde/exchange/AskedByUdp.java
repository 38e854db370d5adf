package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Optional;

/**
 * One question over UDP. The socket is connected: only so does the kernel report ICMP errors to it,
 * and drop what others send (udp(7), ip(7)).
 */
final class AskedByUdp extends Asked {

  private final DatagramChannel channel;
  private final SelectionKey key;

  AskedByUdp(Terms terms, DatagramChannel channel, SelectionKey key) {
    super(terms, key);
    this.channel = channel;
    this.key = key;
  }

  @Override
  void send() throws IOException {
    channel.connect(server());
    key.interestOps(SelectionKey.OP_READ);
    channel.write(ByteBuffer.wrap(query()));
  }

  @Override
  Optional<Reply> proceed(ByteBuffer buffer) throws IOException {
    while (channel.read(buffer.clear()) > 0) {
      Optional<Reply> reply = decode(buffer.flip());
      if (reply.isPresent()) {
        return reply;
      }
    }
    return Optional.empty();
  }

  @Override
  Reply.Phase phase() {
    return Reply.Phase.RESPONSE;
  }
}
