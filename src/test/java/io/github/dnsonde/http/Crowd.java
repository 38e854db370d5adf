package io.github.dnsonde.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Hostile clients on loopback addresses, all on one thread. Each connects, sends something, reads
 * no more than an octet of a response, and returns soon after it was cut off.
 */
final class Crowd implements AutoCloseable {

  private static final long PAUSE = Duration.ofMillis(200).toNanos();
  private static final int SMALL = 4_096;

  private final InetSocketAddress target;
  private final IntFunction<InetAddress> sources;
  private final IntFunction<String> words;
  private final Selector selector = Selector.open();
  private final Queue<Away> away = new ArrayDeque<>();
  private final CountDownLatch spoken;
  private final Thread thread;
  private final AtomicInteger connected = new AtomicInteger();
  private volatile boolean over;

  /** A client that will connect again later. */
  private record Away(int number, long until) {}

  /** A client that is connected, or about to be. */
  private record Client(int number, ByteBuffer words) {}

  private Crowd(
      int size,
      InetSocketAddress target,
      IntFunction<InetAddress> sources,
      IntFunction<String> words)
      throws IOException {
    this.target = target;
    this.sources = sources;
    this.words = words;
    this.spoken = new CountDownLatch(size);
    for (int i = 0; i < size; i++) {
      away.add(new Away(i, System.nanoTime()));
    }
    this.thread = Thread.ofPlatform().name("crowd").start(this::run);
  }

  /**
   * Starts clients; returns when as many connections were made.
   *
   * @param sources the address of each, by its number
   * @param words the text that each sends, by its number
   */
  static Crowd of(
      int size,
      InetSocketAddress target,
      IntFunction<InetAddress> sources,
      IntFunction<String> words)
      throws IOException, InterruptedException {
    Crowd crowd = new Crowd(size, target, sources, words);
    if (!crowd.spoken.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError(crowd.spoken.getCount() + " clients could not connect");
    }
    return crowd;
  }

  /** The loopback address with this number, from 127.0.1.0 on. */
  static InetAddress address(int number) {
    return InetAddress.ofLiteral("127.0." + (1 + number / 256) + "." + number % 256);
  }

  /** Opens a connection from an address. */
  static Socket connect(InetAddress source, InetSocketAddress target) throws IOException {
    Socket socket = new Socket();
    try {
      socket.bind(new InetSocketAddress(source, 0));
      socket.connect(target, 20_000);
      socket.setSoTimeout(20_000);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void run() {
    try {
      while (!over) {
        comeBack();
        selector.select(this::go, 10);
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void comeBack() throws IOException {
    while (!away.isEmpty() && away.peek().until() <= System.nanoTime()) {
      int number = away.remove().number();
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
      channel.bind(new InetSocketAddress(sources.apply(number), 0));
      channel.connect(target);
      ByteBuffer said = StandardCharsets.US_ASCII.encode(words.apply(number));
      channel.register(selector, SelectionKey.OP_CONNECT, new Client(number, said));
    }
  }

  private void go(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    Client client = (Client) key.attachment();
    try {
      if (key.isConnectable() && channel.finishConnect()) {
        connected.incrementAndGet();
        spoken.countDown();
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      } else if (key.isWritable()) {
        channel.write(client.words());
        if (!client.words().hasRemaining()) {
          key.interestOps(SelectionKey.OP_READ);
        }
      } else if (key.isReadable()) {
        if (channel.read(ByteBuffer.allocate(1)) < 0) {
          throw new IOException("cut off");
        }
        TimeUnit.MICROSECONDS.sleep(100); // a slow reader
      }
    } catch (IOException _) {
      leave(channel, client);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void leave(SocketChannel channel, Client client) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    away.add(new Away(client.number(), System.nanoTime() + PAUSE));
  }

  /** Number of connections so far. */
  int connected() {
    return connected.get();
  }

  @Override
  public void close() {
    over = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
