package io.github.dnsonde.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The HTTPS listener that API servers ask about changes. */
public final class AdmissionListener implements AutoCloseable {

  /**
   * From one address more than the 200 changes that an API server has in flight by default: in
   * practice, all questions of an API server come from one address. Twice as many are admitted
   * while all of them wait for an answer. Beyond the whole, one of the address with the most is
   * closed: whoever else reaches the port cannot keep an API server from connecting.
   */
  static final Capacity CAPACITY = new Capacity(1_024, 256, 1);

  /** Longer than an API server waits: it closes the connection itself. */
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(10), Duration.ofSeconds(100), Duration.ofSeconds(1));

  private final HttpListener listener;

  private AdmissionListener(HttpListener listener) {
    this.listener = listener;
  }

  /**
   * Starts listening.
   *
   * @param events receives notices of clients that were closed; called by several threads
   * @throws IOException if the address cannot be bound; the message states why
   */
  public static AdmissionListener start(
      InetSocketAddress bind,
      ListenerCertificate certificate,
      AdmissionReceiver receiver,
      Consumer<HttpEvent> events)
      throws IOException {
    String name = "controller.admission.listen";
    HttpListener listener =
        HttpListener.bind(
            new HttpListener.Terms(
                name,
                bind,
                Http1.receiving(name, new AdmissionSite(receiver)),
                Optional.of(certificate.supplier()),
                CAPACITY,
                PATIENCE,
                Thread.ofVirtual().name(name + "-client"),
                events));
    listener.start();
    return new AdmissionListener(listener);
  }

  /** The bound address, with the port that the system chose. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** Stops listening. Lets responses in progress finish, for half a second. */
  @Override
  public void close() {
    listener.close();
  }
}
