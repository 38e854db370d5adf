package io.github.dnsonde.bench;

import io.github.dnsonde.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the controller, as the chart starts it. */
final class ControllerProcess implements AutoCloseable {

  private static final Pattern LISTENING =
      Pattern.compile("reports=\\S+:(\\d+) metrics=(\\S+) api=(\\S+)");

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Process process;
  private final InetSocketAddress reports;
  private final URI metrics;
  private final URI api;
  private final HttpClient client = HttpClient.newHttpClient();

  private ControllerProcess(Process process, Matcher listening) {
    this.process = process;
    this.reports =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), Integer.parseInt(listening.group(1)));
    this.metrics = URI.create("http://" + listening.group(2));
    this.api = URI.create("http://" + listening.group(3));
  }

  /** Starts a controller; it listens when this returns. */
  static ControllerProcess start(List<String> jvmOptions, Path config) throws IOException {
    List<String> command = Child.java(jvmOptions);
    command.addAll(
        List.of(
            "-cp",
            AgentProcess.classPath(),
            Main.class.getName(),
            "controller",
            "--config=" + config));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.start();
    BufferedReader log = process.errorReader();
    Matcher listening = listening(log);
    Thread.startVirtualThread(() -> AgentProcess.drain(log));
    return new ControllerProcess(process, listening);
  }

  /** Returns the JVM options that the controller's launcher adds to the image's. */
  static List<String> launcherOptions() throws IOException {
    return Files.readAllLines(Path.of("src/main/docker/controller.options"));
  }

  private static Matcher listening(BufferedReader log) throws IOException {
    List<String> said = new ArrayList<>();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        return listening;
      }
      said.add(line);
    }
    throw new IOException("the controller does not listen: " + said);
  }

  InetSocketAddress reports() {
    return reports;
  }

  /** The address of its page. */
  URI api() {
    return api;
  }

  /** Waits until it knows the pods; returns the time that took. */
  Duration awaitReady() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (get("/readyz").statusCode() != 200) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new IOException("the controller is not ready: " + get("/readyz").body());
      }
      Thread.sleep(50);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  Samples scrape() throws IOException, InterruptedException {
    return new Samples(get("/metrics").body().lines().toList());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(metrics.resolve(path)).build(), BodyHandlers.ofString());
  }

  /** Returns the resident memory, in octets. */
  long resident() throws IOException {
    return ProcessStatus.octets(process, "VmRSS");
  }

  /** Returns the most memory that was resident so far, in octets. */
  long peak() throws IOException {
    return ProcessStatus.octets(process, "VmHWM");
  }

  /** Returns the user and system time since its start. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.destroy();
    client.close();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
