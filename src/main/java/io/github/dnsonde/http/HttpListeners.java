package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.json.OutcomeJson;
import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.json.PathsJson;
import io.github.dnsonde.json.TimelineJson;
import io.github.dnsonde.json.TrendJson;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.PathList;
import io.github.dnsonde.overview.PathSelection;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.page.PageFile;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.status.Outcomes;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The HTTP listeners of an agent or a controller.
 *
 * <ul>
 *   <li>The first serves {@code /metrics}, {@code /livez} and {@code /readyz}.
 *   <li>The second, which is optional, also serves {@code /livez} and {@code /readyz}. Clients of
 *       the first cannot exhaust it.
 *   <li>The last serves {@code /} and {@code /api}. It shows the names of all tenants and has no
 *       login, so it belongs on a loopback address.
 * </ul>
 *
 * <p>Each connection has its own thread, which writes responses piece by piece.
 */
public final class HttpListeners implements AutoCloseable {

  /** Enough for scrapers, probes and a few people: more at once is a mistake or an attack. */
  private static final Capacity METRICS = new Capacity(64, 16, 16);

  private static final Capacity HEALTH = new Capacity(32, 16, 32);

  /** On loopback, all clients have one address. */
  private static final Capacity API = new Capacity(32, 32, 16);

  private static final Pattern DAYS = Pattern.compile("[1-9]|[12][0-9]|30");

  /** Longer than any namespace's name. */
  private static final int LONGEST_NAME = 253;

  private final HttpListener metrics;
  private final Optional<HttpListener> health;
  private final HttpListener api;
  private final StatusStream stream;

  /**
   * The addresses and the further parts of the listeners.
   *
   * @param metrics address of {@code /metrics}, {@code /livez} and {@code /readyz}; port 0 lets the
   *     system choose
   * @param health further address of {@code /livez} and {@code /readyz}, without TLS; empty if none
   * @param api address of {@code /} and {@code /api}. On a loopback address only requests to a
   *     local name are answered
   * @param protection of {@code metrics}
   * @param events receives notices of clients that were closed; called by several threads
   */
  public record Setup(
      InetSocketAddress metrics,
      Optional<InetSocketAddress> health,
      InetSocketAddress api,
      MetricsProtection protection,
      Consumer<HttpEvent> events) {
    public Setup {
      requireNonNull(metrics, "metrics is null");
      requireNonNull(health, "health is null");
      requireNonNull(api, "api is null");
      requireNonNull(protection, "protection is null");
      requireNonNull(events, "events is null");
    }

    /** Creates a setup without protection, and without a listener for health alone. */
    public static Setup plain(InetSocketAddress metrics, InetSocketAddress api) {
      return new Setup(metrics, Optional.empty(), api, MetricsProtection.NONE, _ -> {});
    }
  }

  /** The pages of the listeners, by their paths. */
  private record Paths(
      MetricsPage metrics, Health health, PresentState state, Map<String, Page> documents) {}

  private HttpListeners(Setup setup, Paths paths, Patience patience) throws IOException {
    stream = new StatusStream(paths.state()::overview);
    try (Bound bound = new Bound(setup, patience)) {
      metrics =
          bound.listener(
              "http.metrics",
              setup.metrics(),
              new Site(openPages(paths), _ -> true, guard(setup.protection())),
              METRICS,
              setup.protection().certificate());
      health =
          setup.health().isPresent()
              ? Optional.of(
                  bound.listener(
                      "http.health",
                      setup.health().get(),
                      new Site(healthPages(paths.health()), _ -> true, Guard.NONE),
                      HEALTH,
                      Optional.empty()))
              : Optional.empty();
      api =
          bound.listener(
              "http.api",
              setup.api(),
              new Site(
                  apiPages(paths, setup.protection().scheme()), hostsOf(setup.api()), Guard.NONE),
              API,
              Optional.empty());
      bound.start();
    }
  }

  /**
   * Starts listening.
   *
   * @throws IOException if a listener cannot be bound; the message states which one and why
   */
  public static HttpListeners start(Setup setup, Pages pages) throws IOException {
    return start(setup, pages, Patience.DEFAULT);
  }

  static HttpListeners start(Setup setup, Pages pages, Patience patience) throws IOException {
    return new HttpListeners(
        setup,
        new Paths(pages.metrics(), pages.health(), pages.state(), documents(pages)),
        patience);
  }

  /**
   * Starts the listeners of a controller.
   *
   * @throws IOException if a listener cannot be bound; the message states which one and why
   */
  public static HttpListeners start(Setup setup, ControllerPages pages) throws IOException {
    return new HttpListeners(
        setup,
        new Paths(
            pages.metrics(),
            pages.health(),
            pages.state(),
            explanations(
                namespace -> ofController(pages.diagnosis().get(), namespace), pages.timeline())),
        Patience.DEFAULT);
  }

  /** Listeners that are bound one after the other, and closed if one of them cannot be. */
  private static final class Bound implements AutoCloseable {
    private final Setup setup;
    private final Patience patience;
    private final List<HttpListener> listeners = new ArrayList<>();
    private boolean started;

    Bound(Setup setup, Patience patience) {
      this.setup = setup;
      this.patience = patience;
    }

    HttpListener listener(
        String name,
        InetSocketAddress bind,
        Site site,
        Capacity capacity,
        Optional<Supplier<ServerCertificate>> certificate)
        throws IOException {
      // A platform thread gets CPU time even while virtual ones write pages.
      Thread.Builder threads =
          capacity.equals(HEALTH) ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
      HttpListener listener =
          HttpListener.bind(
              new HttpListener.Terms(
                  name,
                  bind,
                  Http1.reading(name, site),
                  certificate,
                  capacity,
                  patience,
                  threads.name(name + "-client"),
                  setup.events()));
      listeners.add(listener);
      return listener;
    }

    void start() {
      listeners.forEach(HttpListener::start);
      started = true;
    }

    @Override
    public void close() {
      if (!started) {
        listeners.forEach(HttpListener::close);
      }
    }
  }

  private static Guard guard(MetricsProtection protection) {
    return (path, authorization) -> !path.equals("/metrics") || protection.admits(authorization);
  }

  private static Predicate<String> hostsOf(InetSocketAddress bind) {
    return bind.getAddress().isLoopbackAddress() ? LocalHost::isNamedBy : _ -> true;
  }

  private static Map<String, Page> openPages(Paths paths) {
    Map<String, Page> all = new HashMap<>(healthPages(paths.health()));
    all.put("/metrics", request -> metrics(paths.metrics(), request));
    return all;
  }

  private static Map<String, Page> healthPages(Health health) {
    return Map.of(
        "/livez", _ -> health(health.notLive(), "alive"),
        "/readyz", _ -> health(health.notReady(), "ready"));
  }

  private static PageResponse metrics(MetricsPage metrics, ServerRequest request) {
    String accept = String.join(",", request.headers().all(HeaderNames.ACCEPT, List::of));
    return PageResponse.of(metrics.contentType(accept), out -> metrics.write(accept, out));
  }

  private static PageResponse health(Supplier<Optional<String>> problem, String fine) {
    return problem
        .get()
        .map(why -> PageResponse.line(Status.SERVICE_UNAVAILABLE_503, "not " + fine + ": " + why))
        .orElseGet(() -> PageResponse.line(Status.OK_200, fine));
  }

  private static Map<String, Page> documents(Pages pages) {
    Map<String, Page> all =
        new HashMap<>(explanations(_ -> pages.diagnosis().get(), pages.timeline()));
    all.put("/api/v1/outcomes", _ -> outcomes(pages.outcomes().snapshot()));
    all.put("/api/v1/vantages", _ -> vantages(pages.plan().get()));
    return all;
  }

  /** The documents that an agent and a controller have. */
  private static Map<String, Page> explanations(
      Function<Optional<String>, Diagnosis> diagnosis, Supplier<Timeline> timeline) {
    return Map.of(
        "/api/v1/findings", request -> findings(diagnosis, request),
        "/api/v1/incident", request -> timeline(timeline, request));
  }

  private Map<String, Page> apiPages(Paths paths, String scheme) {
    Map<String, Page> all = new TreeMap<>(paths.documents());
    all.put("/api/v1/status", request -> status(stream.once(), request));
    all.put(
        "/api/v1/openapi.yaml",
        _ -> PageResponse.of("application/yaml", HttpListeners::writeOpenApi));
    // The page links to these. The others need parameters, or have no end.
    all.put("/", new IndexPage(scheme, this::metricsAddress, new TreeSet<>(all.keySet())));
    all.put("/api/v1/paths", request -> paths(paths.state(), request));
    all.put("/api/v1/history", request -> history(paths.state(), request));
    all.put("/api/v1/trend", request -> trend(paths.state(), request));
    all.put("/api/v1/stream", stream);
    PageFile.ALL.forEach(file -> all.put("/page/" + file.name(), new FilePage(file)));
    return all;
  }

  private static PageResponse outcomes(Outcomes.Snapshot snapshot) {
    return json(out -> OutcomeJson.writeHistory(snapshot.latest(), snapshot.failures(), out));
  }

  private static PageResponse vantages(Plan plan) {
    return json(out -> VantagesJson.write(VantagesJson.Vantages.of(plan), out));
  }

  /** The verdicts on the paths of a whole cluster could have a hundred megabytes. */
  private static Diagnosis ofController(Diagnosis all, Optional<String> namespace) {
    return namespace.isPresent() ? all : all.withoutVerdicts();
  }

  private static PageResponse findings(
      Function<Optional<String>, Diagnosis> source, ServerRequest request) {
    Optional<String> namespace = parameter(request, "namespace");
    Diagnosis all = source.apply(namespace);
    Diagnosis ofNamespace = namespace.map(all::of).orElse(all);
    Diagnosis diagnosis = parameter(request, "node").map(ofNamespace::onNode).orElse(ofNamespace);
    if (isBrief(request)) {
      return json(out -> FindingsJson.writeBrief(diagnosis, out));
    }
    return json(out -> FindingsJson.write(diagnosis, out));
  }

  private static PageResponse paths(PresentState state, ServerRequest request) {
    PathSelection selection =
        new PathSelection(parameter(request, "namespace"), parameter(request, "node"));
    if (selection.isOfAll()) {
      return PageResponse.error(
          Status.BAD_REQUEST_400,
          request.path().path(),
          "expected ?namespace=NAME or ?node=NAME: a list of all paths would be too long");
    }
    PathList paths = state.paths(selection);
    return json(out -> PathsJson.write(paths, out));
  }

  private static PageResponse history(PresentState state, ServerRequest request) {
    return parameter(request, "namespace")
        .map(state::history)
        .map(history -> json(out -> PathsJson.write(history, out)))
        .orElseGet(
            () ->
                PageResponse.error(
                    Status.BAD_REQUEST_400, request.path().path(), "expected ?namespace=NAME"));
  }

  private static PageResponse trend(PresentState state, ServerRequest request) {
    Optional<String> namespace =
        parameter(request, "namespace").filter(name -> name.length() <= LONGEST_NAME);
    String days = parameter(request, "days").orElse("7");
    if (namespace.isEmpty() || !DAYS.matcher(days).matches()) {
      return PageResponse.error(
          Status.BAD_REQUEST_400,
          request.path().path(),
          "expected ?namespace=NAME, and days=1 to days=" + Trend.DAYS);
    }
    Trend trend = state.trend(namespace.get(), Integer.parseInt(days));
    return json(out -> TrendJson.write(trend, out));
  }

  private static Optional<String> parameter(ServerRequest request, String name) {
    UriQuery query = request.query();
    return query.contains(name)
        ? Optional.of(query.get(name)).filter(value -> !value.isEmpty())
        : Optional.empty();
  }

  private static boolean isBrief(ServerRequest request) {
    return parameter(request, "brief").equals(Optional.of("true"));
  }

  private static PageResponse status(Overview overview, ServerRequest request) {
    return isBrief(request)
        ? json(out -> OverviewJson.writeBrief(overview, out))
        : json(out -> OverviewJson.write(overview, out));
  }

  private static PageResponse timeline(Supplier<Timeline> source, ServerRequest request) {
    Timeline all = source.get();
    Timeline timeline = parameter(request, "namespace").map(all::of).orElse(all);
    return json(out -> TimelineJson.write(timeline, out));
  }

  private static PageResponse json(ApiPage document) {
    return PageResponse.of(
        PageResponse.JSON,
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          document.write(writer);
          writer.flush();
        });
  }

  private static void writeOpenApi(OutputStream out) throws IOException {
    try (InputStream file = Resources.open("openapi.yaml")) {
      file.transferTo(out);
    }
  }

  /** The address of the metrics, with the port that the system chose. */
  public InetSocketAddress metricsAddress() {
    return metrics.address();
  }

  /** The separate address of health, with the port that the system chose. */
  public Optional<InetSocketAddress> healthAddress() {
    return health.map(HttpListener::address);
  }

  /** The address of the API and the page, with the port that the system chose. */
  public InetSocketAddress apiAddress() {
    return api.address();
  }

  /** Stops listening. Lets responses in progress finish, for half a second. */
  @Override
  public void close() {
    stream.close();
    metrics.close();
    api.close();
    health.ifPresent(HttpListener::close);
  }
}
