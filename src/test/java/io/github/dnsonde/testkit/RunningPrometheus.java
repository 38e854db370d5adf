package io.github.dnsonde.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real Prometheus: its process, and its API. It keeps its data in a folder of the caller's. */
public final class RunningPrometheus implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration START = Duration.ofSeconds(90);
  private static final Pattern GROUP = Pattern.compile("rule_group=\"[^;]*;([\\w-]+)\"} (\\S+)");

  private final Process process;
  private final URI url;

  private RunningPrometheus(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** A rule, with the name of its group. */
  public record Rule(String group, String name, String expression) {}

  /** An alert that is pending or fires. */
  public record Alert(
      String state, Map<String, String> labels, Map<String, String> annotations, Instant since) {
    public Alert {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
    }

    /** Returns whether it fires, and is not only pending. */
    public boolean fires() {
      return state.equals("firing");
    }
  }

  /**
   * Starts a Prometheus; it is ready when this returns.
   *
   * @param program the program, such as {@code prometheus}
   * @param folder a folder with {@code prometheus.yaml}, for its data and its log
   * @param environment variables to set
   * @param options additional command line options
   */
  public static RunningPrometheus start(
      String program, Path folder, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + freePort());
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add("--config.file=" + folder.resolve("prometheus.yaml"));
    command.add("--storage.tsdb.path=" + folder.resolve("data"));
    command.add("--web.listen-address=" + url.getAuthority());
    command.addAll(List.of(options));
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    RunningPrometheus started = new RunningPrometheus(builder.start(), url);
    try {
      started.awaitReady(log);
      return started;
    } catch (IOException | InterruptedException failure) {
      started.close();
      throw failure;
    }
  }

  private void awaitReady(Path log) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(START);
    while (true) {
      try {
        get("/-/ready");
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || Instant.now().isAfter(end)) {
          throw new IOException("Prometheus did not start: " + Files.readString(log), notYet);
        }
        Thread.sleep(50); // a starting program has nothing to notify us by
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Returns the samples of an instant query, by the text of their labels. */
  public Map<String, Double> query(String expression) throws IOException, InterruptedException {
    return query(expression, Instant.now());
  }

  /** Returns the samples of an instant query at a time, by the text of their labels. */
  public Map<String, Double> query(String expression, Instant at)
      throws IOException, InterruptedException {
    Map<String, Double> samples = new LinkedHashMap<>();
    String path =
        "/api/v1/query?query=%s&time=%s".formatted(URLEncoder.encode(expression, UTF_8), at);
    for (JsonElement sample : data(path).getAsJsonArray("result")) {
      JsonObject series = sample.getAsJsonObject();
      String value = series.getAsJsonArray("value").get(1).getAsString();
      samples.put(
          series.getAsJsonObject("metric").toString(),
          Double.parseDouble(value.replace("Inf", "Infinity")));
    }
    return samples;
  }

  /** Returns the alerts that are pending or fire. */
  public List<Alert> alerts() throws IOException, InterruptedException {
    List<Alert> alerts = new ArrayList<>();
    for (JsonElement each : data("/api/v1/alerts").getAsJsonArray("alerts")) {
      JsonObject alert = each.getAsJsonObject();
      alerts.add(
          new Alert(
              alert.get("state").getAsString(),
              texts(alert.getAsJsonObject("labels")),
              texts(alert.getAsJsonObject("annotations")),
              Instant.parse(alert.get("activeAt").getAsString())));
    }
    return alerts;
  }

  private static Map<String, String> texts(JsonObject object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object.entrySet().forEach(entry -> texts.put(entry.getKey(), entry.getValue().getAsString()));
    return texts;
  }

  /** Returns all rules, in the order of their files. */
  public List<Rule> rules() throws IOException, InterruptedException {
    List<Rule> rules = new ArrayList<>();
    for (JsonElement each : data("/api/v1/rules").getAsJsonArray("groups")) {
      JsonObject group = each.getAsJsonObject();
      JsonArray ofGroup = group.getAsJsonArray("rules");
      for (JsonElement rule : ofGroup) {
        rules.add(
            new Rule(
                group.get("name").getAsString(),
                rule.getAsJsonObject().get("name").getAsString(),
                rule.getAsJsonObject().get("query").getAsString()));
      }
    }
    return rules;
  }

  private JsonObject data(String path) throws IOException, InterruptedException {
    return JsonParser.parseString(get(path)).getAsJsonObject().getAsJsonObject("data");
  }

  /** Returns one of its own metrics without labels. */
  public double ownMetric(String name) throws IOException, InterruptedException {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  /** Returns one of its own metrics about rule groups, by group. */
  public Map<String, Double> groupMetric(String name) throws IOException, InterruptedException {
    Map<String, Double> groups = new LinkedHashMap<>();
    get("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .flatMap(line -> GROUP.matcher(line).results())
        .forEach(found -> groups.put(found.group(1), Double.parseDouble(found.group(2))));
    return groups;
  }

  /**
   * Returns the processor time of its threads so far. A thread that is waiting for a processor
   * takes none, so this hardly depends on the load of the machine.
   */
  public Duration processorTime() throws IOException {
    long nanos = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        String spent = Files.readString(thread.resolve("schedstat"));
        nanos += Long.parseLong(spent.substring(0, spent.indexOf(' ')));
      }
    }
    return Duration.ofNanos(nanos);
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(url.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** Ends it; its data stay. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
