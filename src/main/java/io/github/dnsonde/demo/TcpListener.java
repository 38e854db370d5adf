package io.github.dnsonde.demo;

import static java.lang.System.Logger.Level.DEBUG;

import io.github.dnsonde.demo.FakeDnsServer.Connection;
import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import io.github.dnsonde.demo.FakeDnsServer.Step;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Message;

/**
 * The TCP half of the server. Each connection has a virtual thread, so that one that drips or hangs
 * delays no other. Queries on one connection are answered one after the other (RFC 7766 §6.2.1.1
 * lets a client send several).
 */
final class TcpListener implements AutoCloseable {

  private static final int LENGTH_OCTETS = 2;

  private static final System.Logger LOG = System.getLogger(TcpListener.class.getName());

  private final ServerSocketChannel listening;
  private final Responder responder;
  private final ScheduledExecutorService clock;
  private final Thread acceptor;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  TcpListener(ServerSocketChannel listening, Responder responder, ScheduledExecutorService clock) {
    this.listening = listening;
    this.responder = responder;
    this.clock = clock;
    this.acceptor = Thread.ofPlatform().daemon().name("stand-in-tcp").start(this::accept);
  }

  @Override
  public void close() {
    try {
      listening.close();
      FakeDnsServer.awaitEnd(acceptor); // after that no connection can be added
      for (SocketChannel channel : open) {
        channel.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void accept() {
    while (listening.isOpen()) {
      try {
        welcome(listening.accept());
      } catch (IOException | RuntimeException failure) {
        LOG.log(DEBUG, "A connection was not accepted", failure);
      }
    }
  }

  private void welcome(SocketChannel channel) {
    open.add(channel);
    Thread.ofVirtual().name("stand-in-connection").start(() -> converse(channel));
  }

  private void converse(SocketChannel channel) {
    try (channel) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      InetSocketAddress from = (InetSocketAddress) channel.getRemoteAddress();
      StreamSink sink = new StreamSink(channel);
      ByteBuffer length = ByteBuffer.allocate(LENGTH_OCTETS);
      while (filled(channel, length.clear())) {
        ByteBuffer octets = ByteBuffer.allocate(Short.toUnsignedInt(length.getShort(0)));
        if (!filled(channel, octets)) {
          return;
        }
        responder.respond(new Query(octets.array(), from, Transport.TCP), sink);
      }
    } catch (IOException | RuntimeException failure) {
      LOG.log(DEBUG, "A connection ended", failure);
    } finally {
      open.remove(channel);
    }
  }

  private static boolean filled(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }

  private final class StreamSink implements Sink, Connection {

    private final SocketChannel channel;

    StreamSink(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void send(byte[] octets) throws IOException {
      write(Connection.framed(octets));
    }

    @Override
    public void send(Message message) throws IOException {
      send(message.toWire());
    }

    @Override
    public void after(Duration delay, Step step) {
      var _ =
          clock.schedule(
              () -> Thread.ofVirtual().start(() -> run(step)),
              delay.toNanos(),
              TimeUnit.NANOSECONDS);
    }

    private void run(Step step) {
      try {
        step.run();
      } catch (IOException | RuntimeException failure) {
        LOG.log(DEBUG, "A late answer over TCP was not sent", failure);
      }
    }

    @Override
    public Optional<Connection> connection() {
      return Optional.of(this);
    }

    @Override
    public void write(byte[] octets) throws IOException {
      synchronized (this) { // frames of delayed answers must not interleave
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    }

    @Override
    public void drip(byte[] octets, int atOnce, Duration pause) throws IOException {
      ByteBuffer rest = ByteBuffer.wrap(octets);
      while (rest.hasRemaining()) {
        byte[] drop = new byte[Math.min(atOnce, rest.remaining())];
        rest.get(drop);
        write(drop);
        if (rest.hasRemaining()) {
          sleep(pause);
        }
      }
    }

    private static void sleep(Duration pause) throws InterruptedIOException {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException _) {
        throw new InterruptedIOException("interrupted while dripping");
      }
    }

    @Override
    public void end() throws IOException {
      channel.shutdownOutput();
    }

    @Override
    public void reset() throws IOException {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.close();
    }
  }
}
