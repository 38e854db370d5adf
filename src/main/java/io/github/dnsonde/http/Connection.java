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
 * One client: its socket, what it is at, and its exchanges. Runs on a thread of its own, and ends
 * at once, wherever it is, when another thread cuts it off.
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

  /** What a client is at. */
  enum State {
    /** It has not begun its next request. */
    WAITING,
    /** It connected, or sends a request. */
    RECEIVING,
    /** It is sent a response. */
    ANSWERED
  }

  /**
   * A state and when it began.
   *
   * @param since of the system's ticker, in nanoseconds; for an answer, that of its request
   */
  private record Phase(State state, long since) {
    static Phase begin(State state) {
      return new Phase(state, System.nanoTime());
    }
  }

  /**
   * A connection that was accepted.
   *
   * @param certificate for TLS; empty: plain
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

  /** The one that this thread serves. */
  static Connection current() {
    return SERVED.get();
  }

  ClientNetwork source() {
    return clientNetwork;
  }

  State state() {
    return phase.state();
  }

  /** Nanoseconds in this state; of an answer, since its request began. */
  long age() {
    return System.nanoTime() - phase.since();
  }

  /** Whether it waits for octets that its client has not sent. */
  boolean isAwaited() {
    return socket.isAwaited();
  }

  /** Whether a page is being written to it. */
  boolean isWritten() {
    return written;
  }

  void written(boolean now) {
    written = now;
  }

  /** Begins to write a page, if there is room; else the client must be told to come back. */
  boolean beginPage() {
    return connections.beginPage(this);
  }

  void endPage() {
    connections.endPage(this);
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
   * Ends it now: by closing the TCP connection under whatever reads from it or writes to it. Does
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
      LOG.log(Level.WARNING, "a connection ended by a mistake of this program", e);
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

  /** The next octets of a request. */
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

  /** Where Helidon says that a request's head is there, and that its response is sent. */
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
