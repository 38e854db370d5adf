package io.github.dnsonde.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** The HTTPS listener for the agents' reports. */
public final class ReportListener implements AutoCloseable {

  /**
   * Twice the connections of 1,000 agents, and more: at half of the capacity, connections between
   * two reports are closed. One address is usually that of one agent.
   */
  private static final Capacity CAPACITY = new Capacity(4_096, 64, 1);

  private final HttpListener listener;

  private ReportListener(HttpListener listener) {
    this.listener = listener;
  }

  /**
   * Starts listening.
   *
   * @param events receives notices of clients that were closed; called by several threads
   * @throws IOException if the address cannot be bound; the message states why
   */
  public static ReportListener start(
      InetSocketAddress bind,
      ListenerCertificate certificate,
      ReportReceiver receiver,
      Consumer<HttpEvent> events)
      throws IOException {
    return start(bind, certificate, receiver, events, Patience.DEFAULT);
  }

  static ReportListener start(
      InetSocketAddress bind,
      ListenerCertificate certificate,
      ReportReceiver receiver,
      Consumer<HttpEvent> events,
      Patience patience)
      throws IOException {
    String name = "controller.listen";
    HttpListener listener =
        HttpListener.bind(
            new HttpListener.Terms(
                name,
                bind,
                Http1.receiving(name, new ReportSite(receiver)),
                Optional.of(certificate.supplier()),
                CAPACITY,
                patience,
                Thread.ofVirtual().name(name + "-client"),
                events));
    listener.start();
    return new ReportListener(listener);
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
