package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.Main;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that query the agent, if another program listens in its place. */
@Timeout(60)
class HostileAgentTest {

  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

  @TempDir private Path folder;
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void anEndlessResponseIsCutOff() throws Exception {
    answer(HEAD + "\r\n{\"servers\":[\"", "x".repeat(1 << 16));
    String said = run("vantages");
    assertTrue(
        said.startsWith("1: dnsonde: the response of http://127.0.0.1:")
            && said.contains("has more than 4 MiB"),
        said);
  }

  @Test
  @Tag("long")
  void theWaitForADrippedResponseIsBounded() throws Exception {
    try (Socket held = new Socket()) {
      Thread.ofVirtual().start(() -> drip(held));
      long start = System.nanoTime();
      String said = run("explain", "shop");
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(said.contains("(no complete response within 5 s)"), said);
      assertTrue(took.toSeconds() < 20, "took " + took);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{}",
        "{\"servers\": null, \"vantages\": []}",
        "{\"servers\": [{\"name\": null, \"address\": \"10.0.0.1\", \"port\": 53}], \"vantages\":"
            + " []}",
        "{\"servers\": [{\"name\": \"a\", \"address\": \"no\", \"port\": 53}], \"vantages\": []}",
        "{\"servers\": [{\"name\": \"a\", \"address\": \"10.0.0.1\", \"port\": 1e99}],"
            + " \"vantages\": []}",
        "{\"servers\": [], \"vantages\": [{\"namespace\": {}}]}",
        "{\"servers\": [], \"vantages\": [1]}",
        "\u001b]0;title\u0007{",
      })
  void anInvalidResponseIsAClearErrorInOneLine(String body) throws Exception {
    assertOneLine(
        HEAD + "Connection: close\r\n\r\n" + body,
        "is not from an agent or a controller of this version: ");
  }

  @Test
  void deepNestingIsAlsoAClearError() throws Exception {
    assertOneLine(
        HEAD + "Connection: close\r\n\r\n" + "[".repeat(100_000),
        "is not from an agent or a controller of this version: ");
  }

  @Test
  void anErrorIsQuotedShortAndHarmless() throws Exception {
    assertOneLine(
        "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n\u001b[2J" + "y".repeat(10_000),
        " (http.api) answered 500: \\u001b[2J" + "y".repeat(100));
  }

  private void assertOneLine(String answer, String part) throws Exception {
    answer(answer, "");
    String said = run("vantages");
    assertTrue(said.startsWith("1: dnsonde: ") && said.contains(part), said);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.length() < 600, said.length() + " characters");
    assertTrue(said.strip().chars().noneMatch(Character::isISOControl), said);
  }

  /** Answers one request with a start and then, until the client disconnects, with the rest. */
  private void answer(String start, String rest) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket client = server.accept()) {
                OutputStream out = client.getOutputStream();
                client.getInputStream().read();
                out.write(start.getBytes(StandardCharsets.ISO_8859_1));
                while (!rest.isEmpty()) {
                  out.write(rest.getBytes(StandardCharsets.ISO_8859_1));
                }
                client.shutdownOutput();
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException _) {
                // the client disconnected
              }
            });
  }

  private void drip(Socket held) {
    try (Socket client = server.accept()) {
      OutputStream out = client.getOutputStream();
      out.write((HEAD + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      while (!held.isClosed()) {
        out.write(' ');
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException _) {
      // the client disconnected
    }
  }

  private String run(String command, String... words) throws IOException {
    Path config = folder.resolve("dnsonde.yaml");
    Files.writeString(config, "http: {api: \"127.0.0.1:" + server.getLocalPort() + "\"}\n");
    StringWriter said = new StringWriter();
    PrintWriter both = new PrintWriter(said);
    String[] all = new String[words.length + 3];
    all[0] = command;
    all[1] = "--config";
    all[2] = config.toString();
    System.arraycopy(words, 0, all, 3, words.length);
    int status = Main.commandLine().setOut(both).setErr(both).execute(all);
    both.flush();
    return status + ": " + said;
  }
}
