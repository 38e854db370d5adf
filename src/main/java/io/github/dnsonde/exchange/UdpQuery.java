package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/**
 * One query over UDP. The socket is connected, because only then does the kernel report ICMP errors
 * to it and drop packets from other senders (udp(7), ip(7)).
 */
final class UdpQuery extends PendingQuery {

  private final DatagramChannel channel;
  private final SelectionKey key;

  UdpQuery(QuerySpec querySpec, DatagramChannel channel, SelectionKey key) {
    super(querySpec, key);
    this.channel = channel;
    this.key = key;
  }

  @Override
  void send() throws IOException {
    channel.connect(server());
    key.interestOps(SelectionKey.OP_READ);
    channel.write(ByteBuffer.wrap(query()));
  }

  /** Receives one datagram, so that a peer that sends many does not delay other queries. */
  @Override
  Step proceed(ByteBuffer buffer) throws IOException {
    // read returns 0 both for an empty datagram and for no datagram; receive distinguishes them.
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
