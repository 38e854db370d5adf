package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

/**
 * The minimum cost of a query with the same codec: a fresh connected channel, one write, a blocking
 * receive with a timeout, one query after the other. It has no outcome and no verdict.
 */
final class BareLoop implements Contender {

  private static final int UDP_SIZE = 1_232;
  private static final int IDS = 65_536;

  private final Transport transport;
  private final InetSocketAddress server;
  private final SecureRandom random = new SecureRandom();
  private final Tally tally = new Tally();
  private final byte[] query = query();
  private final DatagramPacket packet = new DatagramPacket(new byte[UDP_SIZE], UDP_SIZE);

  BareLoop(Transport transport, InetSocketAddress server) {
    this.transport = transport;
    this.server = server;
  }

  private static byte[] query() {
    Message message = Message.newQuery(Lookup.RECORD);
    message.addRecord(new OPTRecord(UDP_SIZE, 0, 0), Section.ADDITIONAL);
    return message.toWire();
  }

  @Override
  public void ask() {
    int id = random.nextInt(IDS);
    query[0] = (byte) (id >> 8);
    query[1] = (byte) id;
    tally.count(answered(id));
  }

  private boolean answered(int id) {
    try {
      Message answer =
          switch (transport) {
            case UDP -> overUdp();
            case TCP -> overTcp();
          };
      return answer.getHeader().getID() == id && Lookup.answeredBy(answer);
    } catch (IOException _) {
      return false;
    }
  }

  private Message overUdp() throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.connect(server);
      channel.write(ByteBuffer.wrap(query));
      channel.socket().setSoTimeout((int) TIMEOUT.toMillis());
      packet.setLength(UDP_SIZE);
      channel.socket().receive(packet);
      return new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
    }
  }

  private Message overTcp() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.socket().connect(server, (int) TIMEOUT.toMillis());
      channel.write(
          ByteBuffer.allocate(Short.BYTES + query.length)
              .putShort((short) query.length)
              .put(query)
              .flip());
      channel.socket().setSoTimeout((int) TIMEOUT.toMillis());
      return new Message(frame(channel.socket().getInputStream()));
    }
  }

  private static byte[] frame(InputStream stream) throws IOException {
    byte[] length = whole(stream, Short.BYTES);
    return whole(stream, Short.toUnsignedInt(ByteBuffer.wrap(length).getShort()));
  }

  private static byte[] whole(InputStream stream, int length) throws IOException {
    byte[] octets = stream.readNBytes(length);
    if (octets.length < length) {
      throw new EOFException("end of stream after " + octets.length + " octets");
    }
    return octets;
  }

  @Override
  public void await(Duration atMost) {
    LockSupport.parkNanos(this, atMost.toNanos());
  }

  @Override
  public int inFlight() {
    return 0;
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public Tally tally() {
    return tally;
  }

  @Override
  public void close() {
    // no resource outlives a query
  }
}
