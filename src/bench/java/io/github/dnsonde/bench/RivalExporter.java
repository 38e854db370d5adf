package io.github.dnsonde.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blackbox_exporter, which sends one query for each scrape. A thread of this process scrapes it
 * at the rate, over connections that are kept.
 */
final class RivalExporter implements Rival {

  private static final List<String> MODULES = List.of("udp", "tcp");

  private static final int LATEST = 400;

  private static final Pattern DURATION =
      Pattern.compile("^probe_duration_seconds (\\S+)$", Pattern.MULTILINE);

  private final Path config;
  private final Process process;
  private final URI base;
  private final Thread scraper;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Double> latencies = new ArrayList<>();
  private long probes;
  private long errors;
  private volatile boolean ended;

  private RivalExporter(Path config, Process process, URI base, int port, int rate) {
    this.config = config;
    this.process = process;
    this.base = base;
    this.scraper = Thread.ofPlatform().unstarted(() -> scrape(port, rate));
  }

  /** Starts the program, with a module for each transport. */
  static RivalExporter start(String program, int port, int rate) throws IOException {
    Path config = Files.createTempFile("bench", ".yaml");
    StringBuilder yaml = new StringBuilder("modules:\n");
    MODULES.forEach(
        transport ->
            yaml.append(
                """
                  %s:
                    prober: dns
                    timeout: 7500ms
                    dns:
                      query_name: %s
                      query_type: A
                      transport_protocol: %1$s
                      preferred_ip_protocol: ip4
                      valid_rcodes: [NOERROR]
                """
                    .formatted(transport, Contender.NAME)));
    Files.writeString(config, yaml);
    String listen;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listen = "127.0.0.1:" + free.getLocalPort();
    }
    Process process =
        new ProcessBuilder(program, "--config.file=" + config, "--web.listen-address=" + listen)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    RivalExporter exporter =
        new RivalExporter(config, process, URI.create("http://" + listen), port, rate);
    exporter.awaitStart();
    exporter.scraper.start();
    return exporter;
  }

  private void awaitStart() throws IOException {
    HttpRequest health = HttpRequest.newBuilder(base.resolve("/-/healthy")).build();
    while (process.isAlive()) {
      try {
        client.send(health, BodyHandlers.discarding());
        return;
      } catch (IOException _) {
        LockSupport.parkNanos(this, Duration.ofMillis(50).toNanos()); // it does not listen yet
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    throw new IOException("the exporter ended: " + process.exitValue());
  }

  private void scrape(int port, int rate) {
    long interval = Duration.ofSeconds(1).toNanos() / rate;
    long start = System.nanoTime();
    for (long round = 0; !ended; round++) {
      String module = MODULES.get((int) (round % MODULES.size()));
      URI probe = base.resolve("/probe?target=127.0.0.1:" + port + "&module=" + module);
      client
          .sendAsync(HttpRequest.newBuilder(probe).build(), BodyHandlers.ofString())
          .whenComplete((response, _) -> count(response == null ? "" : response.body()));
      long due = start + (round + 1) * interval;
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(this, early);
      }
    }
  }

  private synchronized void count(String page) {
    probes++;
    Matcher duration = DURATION.matcher(page);
    if (page.lines().noneMatch("probe_success 1"::equals) || !duration.find()) {
      errors++;
      return;
    }
    if (latencies.size() == LATEST) {
      latencies.removeFirst();
    }
    latencies.add(1e6 * Double.parseDouble(duration.group(1)));
  }

  @Override
  public String title() {
    return "blackbox_exporter";
  }

  @Override
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public synchronized Progress progress() {
    return new Progress(probes, errors);
  }

  @Override
  public synchronized List<Double> latencies() {
    return List.copyOf(latencies);
  }

  @Override
  public void close() throws IOException {
    ended = true;
    try {
      scraper.join();
      client.close();
      process.destroy();
      process.waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(config);
  }
}
