package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

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

  /** One datagram: whoever sends many waits his turn like everybody else. */
  @Override
  Step proceed(ByteBuffer buffer) throws IOException {
    // Unlike read, receive tells an empty datagram from none.
    if (channel.receive(buffer.clear()) == null) {
      return Step.NOTHING;
    }
    return step(take(buffer.flip()));
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
