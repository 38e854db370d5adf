package io.github.dnsonde.demo;

import static java.lang.System.Logger.Level.DEBUG;

import io.github.dnsonde.demo.FakeDnsServer.Connection;
import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import io.github.dnsonde.demo.FakeDnsServer.Step;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Message;

/**
 * The UDP half of the server. One thread receives, answers and sends: a second one would cost more
 * than the answer itself.
 */
final class UdpListener implements AutoCloseable {

  /** The UDP payload size that we announce (the recommendation of DNS Flag Day 2020). */
  static final int PAYLOAD = 1_232;

  private static final int MAX_DATAGRAM = 65_535;

  private static final System.Logger LOG = System.getLogger(UdpListener.class.getName());

  private final DatagramChannel channel;
  private final Responder responder;
  private final ScheduledExecutorService clock;
  private final Thread thread;

  UdpListener(DatagramChannel channel, Responder responder, ScheduledExecutorService clock) {
    this.channel = channel;
    this.responder = responder;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("stand-in-udp").start(this::serve);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    FakeDnsServer.awaitEnd(thread);
  }

  private void serve() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
    while (channel.isOpen()) {
      try {
        serveOne(buffer.clear());
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException | RuntimeException failure) {
        LOG.log(DEBUG, "A query over UDP was not answered", failure);
      }
    }
  }

  private void serveOne(ByteBuffer buffer) throws IOException {
    InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
    byte[] octets = new byte[buffer.flip().remaining()];
    buffer.get(octets);
    Query query = new Query(octets, from, Transport.UDP);
    responder.respond(query, new DatagramSink(query));
  }

  private final class DatagramSink implements Sink {

    private final Query query;

    DatagramSink(Query query) {
      this.query = query;
    }

    @Override
    public void send(byte[] octets) throws IOException {
      channel.send(ByteBuffer.wrap(octets), query.from());
    }

    @Override
    public void send(Message message) throws IOException {
      send(message.toWire(query.limit()));
    }

    @Override
    public void after(Duration delay, Step step) {
      var _ = clock.schedule(() -> run(step), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void run(Step step) {
      try {
        step.run();
      } catch (IOException | RuntimeException failure) {
        LOG.log(DEBUG, "A late answer over UDP was not sent", failure);
      }
    }

    @Override
    public Optional<Connection> connection() {
      return Optional.empty();
    }
  }
}
