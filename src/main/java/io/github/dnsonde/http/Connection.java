package io.github.dnsonde.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.concurrency.limits.LimitAlgorithm;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PlainSocket;
import io.helidon.common.socket.TlsSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLSocket;

/**
 * One client: its socket, its state, and its exchanges. Runs on its own thread. Ends at once,
 * wherever it is, when another thread cuts it off.
 */
final class Connection implements Runnable {

  /** The connection that a thread serves. */
  private static final ScopedValue<Connection> SERVED = ScopedValue.newInstance();

  private static final Logger LOG = Logger.getLogger(Connection.class.getName());

  private final ClientSocket socket;
  private final ClientNetwork clientNetwork;
  private final Connections connections;
  private final Optional<Supplier<ServerCertificate>> certificate;
  private final Http1 http;

  private volatile Phase phase = Phase.begin(State.RECEIVING);
  private volatile boolean last;
  private volatile boolean written;

  /** The states of a connection. */
  enum State {
    /** The client has not begun its next request. */
    WAITING,
    /** The client has connected, or sends a request. */
    RECEIVING,
    /** A response, or an event of a stream, is being sent. */
    ANSWERED,
    /** The client waits for the next event of a stream. */
    STREAMED
  }

  /**
   * A state with its start.
   *
   * @param since of the system's ticker, in nanoseconds; for a response, that of its request
   */
  private record Phase(State state, long since) {
    static Phase begin(State state) {
      return new Phase(state, System.nanoTime());
    }
  }

  /**
   * Creates a connection for an accepted socket.
   *
   * @param certificate for TLS; empty for plain HTTP
   */
  Connection(
      ClientSocket socket,
      Connections connections,
      Optional<Supplier<ServerCertificate>> certificate,
      Http1 http) {
    this.socket = socket;
    this.clientNetwork = new ClientNetwork(socket.getInetAddress());
    this.connections = connections;
    this.certificate = certificate;
    this.http = http;
  }

  /** The connection that this thread serves. */
  static Connection current() {
    return SERVED.get();
  }

  ClientNetwork source() {
    return clientNetwork;
  }

  State state() {
    return phase.state();
  }

  /** Nanoseconds in this state; for a response, since its request began. */
  long age() {
    return System.nanoTime() - phase.since();
  }

  /** Returns true if a thread waits for octets that the client has not sent. */
  boolean isAwaited() {
    return socket.isAwaited();
  }

  /** Returns true if a page is being written to it. */
  boolean isWritten() {
    return written;
  }

  void written(boolean now) {
    written = now;
  }

  /**
   * Begins to write a page. Returns false if there is no room; then the client must try again
   * later.
   */
  boolean beginPage() {
    return connections.beginPage(this);
  }

  void endPage() {
    connections.endPage(this);
  }

  /** Begins to write an event of a stream. */
  void beginEvent() {
    phase = Phase.begin(State.ANSWERED);
  }

  /** The client has the event. */
  void endEvent() {
    phase = Phase.begin(State.STREAMED);
  }

  private void answered() {
    Phase before = phase;
    phase =
        before.state() == State.RECEIVING
            ? new Phase(State.ANSWERED, before.since())
            : Phase.begin(State.ANSWERED);
  }

  /** Ends after the response that is being sent; at once if there is none. */
  void finish() {
    last = true;
    if (state() != State.ANSWERED) {
      cut();
    }
  }

  /**
   * Ends it now, by closing the TCP connection while others may read from it or write to it. Does
   * not wait.
   */
  void cut() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "cannot close a connection", e);
    }
  }

  @Override
  public void run() {
    ScopedValue.where(SERVED, this).run(this::serve);
  }

  private void serve() {
    try {
      HelidonSocket client = certificate.isPresent() ? secured(certificate.get().get()) : plain();
      try {
        http.serve(client, () -> receive(client), new Exchanges());
      } finally {
        client.close();
      }
    } catch (IOException | UncheckedIOException | CloseConnectionException e) {
      LOG.log(Level.FINER, "the client is gone, or was cut off", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a connection ended by a defect of this program", e);
    } finally {
      connections.remove(this);
      cut();
    }
  }

  private HelidonSocket plain() {
    return PlainSocket.server(socket, "client", http.name());
  }

  private HelidonSocket secured(ServerCertificate shown) throws IOException {
    SSLSocket tls = shown.server(socket);
    tls.startHandshake();
    return TlsSocket.server(tls, "client", http.name());
  }

  /** Receives the next octets of a request. */
  private byte[] receive(HelidonSocket client) {
    if (last) {
      throw new CloseConnectionException("the listener stops");
    }
    byte[] octets;
    try {
      octets = client.get();
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the client is gone, or was cut off", e);
    }
    if (phase.state() == State.WAITING) {
      phase = Phase.begin(State.RECEIVING);
    }
    return octets;
  }

  /**
   * Receives Helidon's notices that a request's head is complete, and that its response is sent.
   */
  private final class Exchanges implements Limit, LimitAlgorithm.Token {

    private static final String NAME = "connections";

    @Override
    public Outcome tryAcquireOutcome(boolean wait) {
      answered();
      return Outcome.immediateAcceptance(NAME, NAME, this);
    }

    @Override
    @SuppressWarnings("removal")
    public Optional<Token> tryAcquire(boolean wait) {
      answered();
      return Optional.of(this);
    }

    @Override
    @SuppressWarnings("removal")
    public Optional<Token> tryAcquire() {
      return tryAcquire(true);
    }

    @Override
    public void success() {
      phase = Phase.begin(State.WAITING);
    }

    @Override
    public void dropped() {
      success();
    }

    @Override
    public void ignore() {
      success();
    }

    @Override
    public Limit copy() {
      return this;
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String type() {
      return NAME;
    }
  }
}
