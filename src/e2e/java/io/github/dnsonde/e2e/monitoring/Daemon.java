package io.github.dnsonde.e2e.monitoring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server program that runs next to this one, listens on loopback and ends with it. */
public final class Daemon implements AutoCloseable {

  private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private final Thread atExit;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.atExit = new Thread(this::end);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a program.
   *
   * @param log a file for its output
   */
  public static Daemon start(List<String> command, Path log) throws IOException {
    return start(command, Map.of(), log);
  }

  /**
   * Starts a program.
   *
   * @param environment variables in addition to those of this process
   * @param log a file for its output
   */
  public static Daemon start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new Daemon(builder.start(), log);
  }

  /** Returns an unused address on loopback. */
  public static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  /** Returns an address as text for programs, such as {@code 127.0.0.1:9090}. */
  public static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /**
   * Waits until a page is available.
   *
   * @throws IOException if the program ended, or did not answer in time; the message has its output
   */
  public void awaitPage(URI page) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(STARTS_WITHIN);
    while (!answers(page)) {
      if (!process.isAlive() || Instant.now().isAfter(deadline)) {
        throw new IOException("no answer from " + page + ": " + Files.readString(log).strip());
      }
      Thread.sleep(100); // a starting program cannot notify us
    }
  }

  private boolean answers(URI page) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(page).timeout(ANSWERS_WITHIN).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Fetches a page.
   *
   * @throws IOException if the status is not 200; the message is the content of the page
   */
  public String get(URI page) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(page).timeout(ANSWERS_WITHIN).build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(page + ": " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }

  /** Kills it, like a failing machine. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends it, and waits until it has ended. */
  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(atExit);
    client.close();
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
