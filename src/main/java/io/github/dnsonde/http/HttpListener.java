package io.github.dnsonde.http;

import io.github.dnsonde.probe.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One port: accepts connections, survives every failure, and gives each connection its own thread.
 * One thread accepts, and regularly closes clients that take too long.
 */
final class HttpListener implements AutoCloseable {

  /** Connections that the system completes before they are accepted. */
  private static final int BACKLOG = 1_024;

  /** Octets that the kernel buffers for a connection; by default they may become megabytes. */
  private static final int RECEIVE_BUFFER = 16 * 1_024;

  private static final int SEND_BUFFER = 128 * 1_024;

  private static final Duration GRACE = Duration.ofMillis(500);

  /**
   * Pause after a connection could not be accepted. The next one would fail for the same reason.
   */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Terms terms;
  private final Http1 http;
  private final Connections connections;
  private final ClientSocket.Listening server;
  private final Thread acceptor;

  /**
   * The threads of connections that may be alive, including those that were cut off and have not
   * yet noticed. Such a thread waits for no client, so its end is awaited only as long as the CPU
   * is busy.
   */
  private final Semaphore threads;

  private final int maxThreads;
  private long checked = System.nanoTime();

  /**
   * The properties of a listener.
   *
   * @param name the key of its address, such as {@code http.metrics}
   * @param certificate for TLS; empty for plain HTTP
   * @param threads creates the threads that serve connections
   */
  record Terms(
      String name,
      InetSocketAddress bind,
      Http1 http,
      Optional<Supplier<ServerCertificate>> certificate,
      Capacity capacity,
      Patience patience,
      Thread.Builder threads,
      Consumer<HttpEvent> events) {}

  private HttpListener(Terms terms) throws IOException {
    this.terms = terms;
    this.http = terms.http();
    this.connections =
        new Connections(
            terms.capacity(),
            terms.patience(),
            (source, number) ->
                terms.events().accept(new HttpEvent.MadeRoom(terms.name(), source, number)));
    this.maxThreads = 3 * terms.capacity().connections();
    this.threads = new Semaphore(maxThreads);
    this.server = bound();
    this.acceptor =
        Thread.ofPlatform().daemon().name(terms.name() + "-listener").unstarted(this::listen);
  }

  /**
   * Binds the port. Clients can connect, and wait for {@link #start}.
   *
   * @throws IOException if it cannot be bound; the message states which port and why
   */
  static HttpListener bind(Terms terms) throws IOException {
    return new HttpListener(terms);
  }

  private ClientSocket.Listening bound() throws IOException {
    ClientSocket.Listening unbound = new ClientSocket.Listening();
    try {
      unbound.setReuseAddress(true);
      unbound.setReceiveBufferSize(RECEIVE_BUFFER);
      unbound.setSoTimeout((int) Math.max(1, terms.patience().check().toMillis()));
      unbound.bind(terms.bind(), BACKLOG);
      return unbound;
    } catch (IOException e) {
      unbound.close();
      throw new IOException(
          "cannot listen on "
              + Addresses.hostPort(terms.bind())
              + " ("
              + terms.name()
              + "): "
              + e.getMessage(),
          e);
    }
  }

  /** Starts accepting. */
  void start() {
    acceptor.start();
  }

  /** The bound address, with the port that the system chose. */
  InetSocketAddress address() {
    return new InetSocketAddress(terms.bind().getAddress(), server.getLocalPort());
  }

  private void listen() {
    while (!server.isClosed()) {
      try {
        closeOverdue();
        if (threads.tryAcquire(terms.patience().check().toMillis(), TimeUnit.MILLISECONDS)) {
          acceptOne();
        }
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private void closeOverdue() {
    if (System.nanoTime() - checked >= terms.patience().check().toNanos()) {
      checked = System.nanoTime();
      connections.closeOverdue();
    }
  }

  /**
   * Accepts one connection. Continues after every failure: a listener that ended would take metrics
   * and health with it.
   */
  private void acceptOne() throws InterruptedException {
    boolean served = false;
    try {
      ClientSocket client = server.accept();
      served = serve(client);
    } catch (SocketTimeoutException _) {
      return; // no client connected
    } catch (IOException | RuntimeException e) {
      notAccepted(String.valueOf(e.getMessage()));
    } finally {
      if (!served) {
        threads.release();
      }
    }
  }

  /** Starts a thread for a client; false if the client has already gone. */
  private boolean serve(ClientSocket client) throws IOException {
    try {
      client.setTcpNoDelay(true);
      client.setKeepAlive(true);
      client.setSendBufferSize(SEND_BUFFER);
    } catch (IOException _) {
      client.close();
      return false;
    }
    Connection connection = new Connection(client, connections, terms.certificate(), http);
    connections.admit(connection);
    try {
      terms.threads().start(() -> run(connection));
      return true;
    } catch (OutOfMemoryError e) { // Java throws this if the system provides no more threads
      connections.remove(connection);
      connection.cut();
      throw new IOException("cannot start a thread for a connection: " + e.getMessage(), e);
    }
  }

  private void run(Connection connection) {
    try {
      connection.run();
    } finally {
      threads.release();
    }
  }

  private void notAccepted(String why) throws InterruptedException {
    if (!server.isClosed()) {
      connections.makeRoom();
      terms.events().accept(new HttpEvent.NotAccepted(terms.name(), why));
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  /** Stops accepting. Lets responses in progress finish, for half a second. */
  @Override
  public void close() {
    try {
      server.close();
      acceptor.join();
      connections.finish();
      if (!threads.tryAcquire(maxThreads, GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        connections.closeAll();
        threads.tryAcquire(maxThreads, GRACE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException _) {
      connections.closeAll();
      Thread.currentThread().interrupt();
    }
  }
}
