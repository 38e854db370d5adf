package io.github.dnsonde.http;

import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.json.OutcomeJson;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Diagnosis;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.status.Outcomes;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The two listeners: {@code /metrics}, {@code /livez} and {@code /readyz} on one, {@code /} and
 * {@code /api} on the other, which shows every tenant's names and has no login, so that it belongs
 * on a loopback address.
 *
 * <p>Each request has a virtual thread of its own that writes its answer piece by piece.
 */
public final class HttpListeners implements AutoCloseable {

  private static final String API = "api";

  /** Scrapers, the kubelet and a few people: more at once is a mistake or an attack. */
  private static final int MAX_CONNECTIONS = 64;

  private static final int MAX_REQUESTS = 16;

  /** A longer body is refused unread; a shorter one with the path and the method it came to. */
  private static final int MAX_BODY = 1_024;

  private static final Duration GRACE = Duration.ofMillis(500);

  /** Held, because a logger that nobody holds forgets its level. Its banner helps nobody. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private final WebServer server;
  private final InetSocketAddress metricsBind;
  private final InetSocketAddress apiBind;

  private HttpListeners(
      InetSocketAddress metricsBind, InetSocketAddress apiBind, Pages pages, Patience patience) {
    this.metricsBind = metricsBind;
    this.apiBind = apiBind;
    HELIDON.setLevel(Level.WARNING);
    GlobalServiceRegistry.registry(HttpListeners::withoutDiscovery);
    Site open = new Site(openPages(pages.metrics(), pages.health()), _ -> true);
    Site guarded = new Site(apiPages(pages), hostsOf(apiBind));
    server =
        WebServer.builder()
            .update(it -> configure(it, metricsBind, open, patience))
            .putSocket(
                API,
                ListenerConfig.builder()
                    .name(API)
                    .update(it -> configure(it, apiBind, guarded, patience))
                    .build())
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .build();
  }

  /**
   * Starts listening.
   *
   * @param metricsBind where {@code /metrics}, {@code /livez} and {@code /readyz} are; port 0 lets
   *     the system choose
   * @param apiBind where {@code /} and {@code /api} are; likewise. On a loopback address only
   *     requests to a local name are answered
   * @throws IOException if one of them cannot be listened on; the message says which and why
   */
  public static HttpListeners start(
      InetSocketAddress metricsBind, InetSocketAddress apiBind, Pages pages) throws IOException {
    return start(metricsBind, apiBind, pages, Patience.DEFAULT);
  }

  static HttpListeners start(
      InetSocketAddress metricsBind, InetSocketAddress apiBind, Pages pages, Patience patience)
      throws IOException {
    tryToListen(metricsBind, apiBind);
    HttpListeners listeners = new HttpListeners(metricsBind, apiBind, pages, patience);
    listeners.server.start();
    if (!listeners.server.isRunning()) {
      throw new IOException(
          "cannot listen on "
              + Addresses.hostPort(metricsBind)
              + " (http.metrics) or "
              + Addresses.hostPort(apiBind)
              + " (http.api)");
    }
    return listeners;
  }

  /** Helidon logs why it cannot listen and says nothing to its caller: so ask the system first. */
  private static void tryToListen(InetSocketAddress metricsBind, InetSocketAddress apiBind)
      throws IOException {
    try (ServerSocketChannel metrics = ServerSocketChannel.open();
        ServerSocketChannel api = ServerSocketChannel.open()) {
      tryToListen(metrics, metricsBind, "http.metrics");
      tryToListen(api, apiBind, "http.api");
    }
  }

  private static void tryToListen(ServerSocketChannel socket, InetSocketAddress bind, String key)
      throws IOException {
    try {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(bind);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on " + Addresses.hostPort(bind) + " (" + key + "): " + e.getMessage(), e);
    }
  }

  /** To look for services on the class path, though none is used, costs 250 classes, 1.6 MB. */
  private static ServiceRegistry withoutDiscovery() {
    return ServiceRegistryManager.create(
            ServiceRegistryConfig.builder()
                .discoverServices(false)
                .discoverServicesFromServiceLoader(false)
                .build())
        .registry();
  }

  private static void configure(
      ListenerConfig.BuilderBase<?, ?> listener,
      InetSocketAddress bind,
      Site site,
      Patience patience) {
    listener
        .bindAddress(bind)
        .routing(HttpRouting.builder().any(site))
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new PromptConnections(patience.exchange()))
        .directHandlers(Refusals.handlers())
        .contentEncoding(
            ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
        .mediaContext(MediaContext.builder().mediaSupportsDiscoverServices(false).build())
        .backlog(MAX_CONNECTIONS)
        .maxTcpConnections(MAX_CONNECTIONS)
        .maxConcurrentRequests(MAX_REQUESTS)
        .maxPayloadSize(MAX_BODY)
        .idleConnectionTimeout(patience.idle())
        .idleConnectionPeriod(patience.check())
        .shutdownGracePeriod(GRACE);
  }

  private static Predicate<String> hostsOf(InetSocketAddress bind) {
    return bind.getAddress().isLoopbackAddress() ? LocalHost::isNamedBy : _ -> true;
  }

  private static Map<String, Page> openPages(MetricsPage metrics, Health health) {
    return Map.of(
        "/metrics", request -> metrics(metrics, request),
        "/livez", _ -> health(health.notLive(), "alive"),
        "/readyz", _ -> health(health.notReady(), "ready"));
  }

  private static Answer metrics(MetricsPage metrics, ServerRequest request) {
    String accept = String.join(",", request.headers().all(HeaderNames.ACCEPT, List::of));
    return Answer.of(metrics.contentType(accept), out -> metrics.write(accept, out));
  }

  private static Answer health(Supplier<Optional<String>> problem, String fine) {
    return problem
        .get()
        .map(why -> Answer.line(Status.SERVICE_UNAVAILABLE_503, "not " + fine + ": " + why))
        .orElseGet(() -> Answer.line(Status.OK_200, fine));
  }

  private Map<String, Page> apiPages(Pages pages) {
    return Map.of(
        "/", new IndexPage(this::metricsAddress),
        "/api/v1/outcomes", _ -> outcomes(pages.outcomes().snapshot()),
        "/api/v1/vantages", _ -> vantages(pages.plan().get()),
        "/api/v1/findings", _ -> findings(pages.diagnosis().get()),
        "/api/v1/openapi.yaml", _ -> Answer.of("application/yaml", HttpListeners::writeOpenApi));
  }

  private static Answer outcomes(Outcomes.Snapshot snapshot) {
    return json(out -> OutcomeJson.writeHistory(snapshot.latest(), snapshot.failures(), out));
  }

  private static Answer vantages(Plan plan) {
    return json(out -> VantagesJson.write(VantagesJson.Vantages.of(plan), out));
  }

  private static Answer findings(Diagnosis diagnosis) {
    return json(out -> FindingsJson.write(diagnosis, out));
  }

  private static Answer json(Text text) {
    return Answer.of(
        Answer.JSON,
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          text.writeTo(writer);
          writer.flush();
        });
  }

  private static void writeOpenApi(OutputStream out) throws IOException {
    try (InputStream file = Resources.open("openapi.yaml")) {
      file.transferTo(out);
    }
  }

  /** Where metrics are, with the port that the system chose. */
  public InetSocketAddress metricsAddress() {
    return new InetSocketAddress(metricsBind.getAddress(), server.port());
  }

  /** Where the API and the page are, with the port that the system chose. */
  public InetSocketAddress apiAddress() {
    return new InetSocketAddress(apiBind.getAddress(), server.port(API));
  }

  /** Stops listening; lets what is being answered finish, for half a second. */
  @Override
  public void close() {
    server.stop();
  }

  /** A body that is text. */
  private interface Text {
    void writeTo(Writer out) throws IOException;
  }

  /**
   * How long clients may take.
   *
   * @param exchange from the request line to the last octet of the response
   * @param idle between two requests on one connection
   * @param check how often to look
   */
  record Patience(Duration exchange, Duration idle, Duration check) {

    /**
     * Scrapes give up after 10 s by default; 75 s keeps the connections of those that come each
     * minute.
     */
    static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(15), Duration.ofSeconds(75), Duration.ofSeconds(5));
  }
}
