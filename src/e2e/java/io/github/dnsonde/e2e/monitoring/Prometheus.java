package io.github.dnsonde.e2e.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Prometheus with given targets and unchanged rule files. */
public final class Prometheus implements AutoCloseable {

  private static final String NATIVE =
      "scrape_native_histograms: true\nalways_scrape_classic_histograms: true\n";

  /** The setting for native histograms; before version 3.8 there was only a flag. */
  private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");

  private final Daemon daemon;
  private final URI url;

  private Prometheus(Daemon daemon, URI url) {
    this.daemon = daemon;
    this.url = url;
  }

  /**
   * A target to scrape, and the labels for its series.
   *
   * @param address its address, such as {@code 127.0.0.1:9053}
   */
  public record Target(String address, Map<String, String> labels) {
    public Target {
      labels = Map.copyOf(labels);
    }
  }

  /**
   * The settings of a Prometheus.
   *
   * @param name the value of the external label {@code prometheus}
   * @param program the program, such as {@code prometheus}
   * @param folder a folder for its files
   * @param rules rule files
   * @param alertmanagers the Alertmanagers to notify, such as {@code 127.0.0.1:9093}
   */
  public record Setup(
      String name,
      String program,
      Path folder,
      Duration scrapeInterval,
      Duration evaluationInterval,
      List<Path> rules,
      List<String> alertmanagers) {
    public Setup {
      alertmanagers = List.copyOf(alertmanagers);
      rules = List.copyOf(rules);
    }
  }

  /** One series of a response: its labels and its points, each with its time. */
  public record Range(Map<String, String> labels, List<Point> points) {
    public Range {
      labels = Map.copyOf(labels);
      points = List.copyOf(points);
    }
  }

  /**
   * An alerting rule.
   *
   * @param waits its {@code for}
   */
  public record AlertRule(String name, String severity, Duration waits) {}

  /** A value at a time. */
  public record Point(Instant time, double value) {}

  /** Starts a Prometheus; it is ready when this returns. */
  public static Prometheus start(Setup setup, List<Target> targets)
      throws IOException, InterruptedException {
    Path list = Files.createDirectories(setup.folder()).toAbsolutePath().resolve("targets.json");
    write(list, targets);
    return start(setup, list);
  }

  /** Writes a list of targets; a running Prometheus adopts it within seconds. */
  public static void write(Path list, List<Target> targets) throws IOException {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Target target : targets) {
      groups.add(Map.of("targets", List.of(target.address()), "labels", target.labels()));
    }
    Path fresh = list.resolveSibling(list.getFileName() + ".new");
    Files.writeString(fresh, new Gson().toJson(groups));
    Files.move(fresh, list, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Starts a Prometheus; it is ready when this returns.
   *
   * @param list the list of targets in the format of {@link #write}
   */
  public static Prometheus start(Setup setup, Path list) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(setup.folder()).toAbsolutePath();
    Path config = folder.resolve("prometheus.yaml");
    String histograms = nativeHistogramsAreASetting(setup.program()) ? NATIVE : "";
    String discovery = "file_sd_configs: [{files: [\"" + list + "\"], refresh_interval: 5s}]\n";
    Files.writeString(config, config(setup) + (histograms + discovery).indent(4));
    InetSocketAddress address = Daemon.freeAddress();
    Daemon daemon =
        Daemon.start(
            List.of(
                setup.program(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + Daemon.text(address)),
            folder.resolve("prometheus.log"));
    Prometheus started = new Prometheus(daemon, URI.create("http://" + Daemon.text(address)));
    daemon.awaitPage(started.url.resolve("/-/ready"));
    return started;
  }

  private static boolean nativeHistogramsAreASetting(String program) throws IOException {
    Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    Matcher version = VERSION.matcher(said);
    return !version.find()
        || Integer.parseInt(version.group(1)) >= 3; // built manually, without a version
  }

  private static String config(Setup setup) {
    return """
    global:
      scrape_interval: %1$ss
      scrape_timeout: %1$ss
      evaluation_interval: %2$ss
      external_labels: {prometheus: %3$s}
    rule_files: %4$s
    alerting:
      alertmanagers:
        - static_configs: [{targets: %5$s}]
    scrape_configs:
      - job_name: dnsonde
    """
        .formatted(
            setup.scrapeInterval().toSeconds(),
            setup.evaluationInterval().toSeconds(),
            setup.name(),
            new Gson().toJson(setup.rules().stream().map(f -> f.toAbsolutePath() + "").toList()),
            new Gson().toJson(setup.alertmanagers()));
  }

  /** Returns its address. */
  public URI url() {
    return url;
  }

  /** Returns the values of an expression in a period. */
  public List<Range> range(String expression, Instant from, Instant to, Duration step)
      throws IOException, InterruptedException {
    return ranges(
        "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
            .formatted(
                URLEncoder.encode(expression, UTF_8),
                from.getEpochSecond(),
                to.getEpochSecond(),
                step.toSeconds()));
  }

  /** Returns the current values of an expression, one point each. */
  public List<Range> now(String expression) throws IOException, InterruptedException {
    return ranges("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
  }

  /** Returns the alerting rules, in the order of their files. */
  public List<AlertRule> alertRules() throws IOException, InterruptedException {
    List<AlertRule> rules = new ArrayList<>();
    for (JsonElement group : data("/api/v1/rules?type=alert").getAsJsonArray("groups")) {
      for (JsonElement rule : group.getAsJsonObject().getAsJsonArray("rules")) {
        rules.add(alertRule(rule.getAsJsonObject()));
      }
    }
    return rules;
  }

  /** Returns an annotation of an alert that fires now; empty if none with this name does. */
  public Optional<String> annotation(String alert, String name)
      throws IOException, InterruptedException {
    return data("/api/v1/alerts").getAsJsonArray("alerts").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(each -> each.get("state").getAsString().equals("firing"))
        .filter(each -> each.getAsJsonObject("labels").get("alertname").getAsString().equals(alert))
        .map(each -> each.getAsJsonObject("annotations").get(name).getAsString())
        .findFirst();
  }

  private static AlertRule alertRule(JsonObject rule) {
    return new AlertRule(
        rule.get("name").getAsString(),
        rule.getAsJsonObject("labels").get("severity").getAsString(),
        Duration.ofSeconds(rule.get("duration").getAsLong()));
  }

  private List<Range> ranges(String path) throws IOException, InterruptedException {
    List<Range> ranges = new ArrayList<>();
    for (JsonElement series : data(path).getAsJsonArray("result")) {
      ranges.add(range(series.getAsJsonObject()));
    }
    return ranges;
  }

  private JsonObject data(String path) throws IOException, InterruptedException {
    return JsonParser.parseString(daemon.get(url.resolve(path)))
        .getAsJsonObject()
        .getAsJsonObject("data");
  }

  private static Range range(JsonObject series) {
    Map<String, String> labels = new HashMap<>();
    series
        .getAsJsonObject("metric")
        .entrySet()
        .forEach(label -> labels.put(label.getKey(), label.getValue().getAsString()));
    List<Point> points = new ArrayList<>();
    Optional.ofNullable(series.getAsJsonArray("values"))
        .ifPresent(values -> values.forEach(value -> points.add(point(value.getAsJsonArray()))));
    Optional.ofNullable(series.getAsJsonArray("value"))
        .ifPresent(value -> points.add(point(value)));
    return new Range(labels, points);
  }

  private static Point point(JsonArray pair) {
    return new Point(
        Instant.ofEpochMilli(Math.round(pair.get(0).getAsDouble() * 1_000)),
        number(pair.get(1).getAsString()));
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace("Inf", "Infinity"));
  }

  @Override
  public void close() {
    daemon.close();
  }
}
