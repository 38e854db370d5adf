package io.github.dnsonde.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.Main;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A process of the agent, as its image starts it. */
final class AgentProcess implements AutoCloseable {

  /** The interval of scrapes: shorter than Prometheus' own, so that their memory is resident. */
  static final Duration SCRAPE = Duration.ofSeconds(5);

  private static final Pattern LISTENING = Pattern.compile("metrics=(\\S+) api=(\\S+)");

  private static final Pattern DURATION = Pattern.compile("\"durationSeconds\":([0-9.eE-]+)");

  private final Path config;
  private final Process process;
  private final URI metrics;
  private final URI outcomes;
  private final HttpClient client = HttpClient.newHttpClient();

  private AgentProcess(Path config, Process process, MatchResult listening) {
    this.config = config;
    this.process = process;
    this.metrics = URI.create("http://" + listening.group(1) + "/metrics");
    this.outcomes = URI.create("http://" + listening.group(2) + "/api/v1/outcomes");
  }

  /** Starts an agent, which must listen on loopback; it listens when this returns. */
  static AgentProcess start(List<String> jvmOptions, String configuration) throws IOException {
    Path config = Files.createTempFile("bench", ".yaml");
    Files.writeString(config, configuration);
    List<String> command = Child.java(jvmOptions);
    command.addAll(
        List.of("-cp", classPath(), Main.class.getName(), "agent", "--config=" + config));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.start();
    BufferedReader log = process.errorReader();
    MatchResult listening = listening(log);
    Thread.startVirtualThread(() -> drain(log));
    return new AgentProcess(config, process, listening);
  }

  /** Reads the log, because the process would otherwise block at some time. */
  static void drain(BufferedReader log) {
    try {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        if (!line.contains(" level=info ")) {
          System.err.println(line);
        }
      }
    } catch (IOException _) {
      // the process was ended
    }
  }

  /** Returns the class path of this program without the program itself. */
  static String classPath() {
    String own = Benchmark.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(element -> !Path.of(element).toAbsolutePath().equals(Path.of(own)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static MatchResult listening(BufferedReader log) throws IOException {
    List<String> said = new ArrayList<>();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        return listening.toMatchResult();
      }
      said.add(line);
    }
    throw new IOException("the agent does not listen: " + said);
  }

  /** Lets it run for this time, and scrapes it meanwhile. */
  AgentUse use(Duration length) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Duration cpu = cpu();
    Samples page = new Samples(List.of());
    for (Duration left = length; left.isPositive(); left = left.minus(SCRAPE)) {
      Thread.sleep(left.compareTo(SCRAPE) < 0 ? left : SCRAPE);
      page = scrape();
    }
    return new AgentUse(
        page,
        ProcessStatus.octets(process, "VmRSS"),
        ProcessStatus.octets(process, "VmHWM"),
        cpu().minus(cpu),
        Duration.ofNanos(System.nanoTime() - start));
  }

  /** Returns the user and system time of the process since its start. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The address of its page. */
  URI api() {
    return outcomes.resolve("/");
  }

  /** Scrapes the page as Prometheus does by default. */
  Samples scrapeLikePrometheus() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(metrics)
            .header("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.4")
            .header("Accept-Encoding", "gzip")
            .build();
    try (BufferedReader page =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(client.send(request, BodyHandlers.ofInputStream()).body()),
                UTF_8))) {
      return new Samples(page.lines().toList());
    }
  }

  /** Returns the durations of the latest query of each probe, in microseconds. */
  List<Double> latencies() throws IOException, InterruptedException {
    String latest =
        client
            .send(HttpRequest.newBuilder(outcomes).build(), BodyHandlers.ofString())
            .body()
            .split("\"failures\"", 2)[0];
    return DURATION
        .matcher(latest)
        .results()
        .map(found -> 1e6 * Double.parseDouble(found.group(1)))
        .toList();
  }

  Samples scrape() throws IOException, InterruptedException {
    return new Samples(
        client
            .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
            .body()
            .lines()
            .toList());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
      Files.delete(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
