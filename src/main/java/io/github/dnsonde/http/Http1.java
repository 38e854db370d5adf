package io.github.dnsonde.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.context.Context;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.socket.SocketWriter;
import io.helidon.http.encoding.ContentEncoding;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * HTTP/1.1 on a connection, by Helidon. Its own listener is not used: it stops permanently when it
 * cannot accept a connection, does not limit the time of a TLS handshake, and cannot make room.
 */
final class Http1 {

  private static final int MAX_REQUEST_LINE = 2 * 1_024;
  private static final int MAX_HEADERS = 8 * 1_024;

  /** A longer body is refused unread; a shorter one is refused with its path and method. */
  private static final int MAX_BODY_OF_READS = 1_024;

  /** The handlers of what is received have limits of their own, and count what they refuse. */
  private static final int ANY_BODY = -1;

  /** Kept here, because a logger without a reference forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private final Http1ConnectionSelector protocol =
      Http1ConnectionSelector.builder()
          .config(
              Http1Config.builder()
                  .maxPrologueLength(MAX_REQUEST_LINE)
                  .maxHeadersSize(MAX_HEADERS)
                  .sendKeepAliveHeader(false)
                  .buildPrototype())
          .build();

  private final String name;
  private final Listener listener;
  private final Router router;

  /**
   * Creates the protocol for a listener whose pages are only read.
   *
   * @param name the listener's
   */
  static Http1 reading(String name, Site site) {
    return new Http1(name, site, MAX_BODY_OF_READS, List.of());
  }

  /**
   * Creates the protocol for a listener that receives reports.
   *
   * @param name the listener's
   */
  static Http1 receiving(String name, ReportSite site) {
    return new Http1(name, site, ANY_BODY, List.of(new UnreadGzip()));
  }

  /**
   * Creates the protocol for a listener that receives admission reviews.
   *
   * @param name the listener's
   */
  static Http1 receiving(String name, AdmissionSite site) {
    return new Http1(name, site, ANY_BODY, List.of());
  }

  private Http1(String name, Handler site, int maxBody, List<ContentEncoding> codings) {
    HELIDON.setLevel(Level.WARNING);
    GlobalServiceRegistry.registry(Http1::withoutDiscovery);
    this.name = name;
    this.router = Router.builder().addRouting(HttpRouting.builder().any(site)).build();
    ContentEncodingContext encodings =
        ContentEncodingContext.builder()
            .config(NoConfig.INSTANCE)
            .contentEncodingsDiscoverServices(false)
            .contentEncodings(codings)
            .build();
    MediaContext media =
        MediaContext.builder()
            .config(NoConfig.INSTANCE)
            .mediaSupportsDiscoverServices(false)
            .build();
    this.listener =
        new Listener(
            Context.builder().id(name).build(),
            media,
            encodings,
            Refusals.handlers(),
            ListenerConfig.builder()
                .config(NoConfig.INSTANCE)
                .name(name)
                .protocolsDiscoverServices(false)
                .contentEncoding(encodings)
                .mediaContext(media)
                .maxPayloadSize(maxBody)
                .buildPrototype(),
            Executors.newVirtualThreadPerTaskExecutor());
  }

  /**
   * Disables service discovery. None is used, and the search of the class path costs 250 classes,
   * 1.6 MB.
   */
  private static ServiceRegistry withoutDiscovery() {
    return ServiceRegistryManager.create(
            ServiceRegistryConfig.builder()
                .discoverServices(false)
                .discoverServicesFromServiceLoader(false)
                .build())
        .registry();
  }

  String name() {
    return name;
  }

  /**
   * Serves requests until one side ends the connection, which the caller closes.
   *
   * @param octets supplies the next octets of the client; waits for them
   * @param exchanges is notified when a request is complete, and when its response is sent
   */
  void serve(HelidonSocket client, Supplier<byte[]> octets, Limit exchanges)
      throws InterruptedException {
    protocol
        .connection(
            new Served(
                listener, router, client, DataReader.create(octets), SocketWriter.create(client)))
        .handle(exchanges);
  }

  /** The context of a listener that Helidon needs. */
  private record Listener(
      Context context,
      MediaContext mediaContext,
      ContentEncodingContext contentEncodingContext,
      DirectHandlers directHandlers,
      ListenerConfig config,
      ExecutorService executor)
      implements ListenerContext {}

  /** The context of a connection that Helidon needs. */
  private record Served(
      ListenerContext listenerContext,
      Router router,
      HelidonSocket serverSocket,
      DataReader dataReader,
      DataWriter dataWriter)
      implements ConnectionContext {

    @Override
    public ExecutorService executor() {
      return listenerContext.executor();
    }

    @Override
    public PeerInfo remotePeer() {
      return serverSocket.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return serverSocket.localPeer();
    }

    @Override
    public boolean isSecure() {
      return serverSocket.isSecure();
    }

    @Override
    public String socketId() {
      return serverSocket.socketId();
    }

    @Override
    public String childSocketId() {
      return serverSocket.childSocketId();
    }
  }
}
