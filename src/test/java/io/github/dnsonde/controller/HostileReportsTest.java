package io.github.dnsonde.controller;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.uplink.Uplink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reports of somebody who holds the token of one agent. After each of them, this node and another
 * one can report.
 */
@Timeout(60)
@Tag("long")
class HostileReportsTest {

  @TempDir private Path folder;

  private RunningController controller;
  private Path token;
  private Path other;

  @BeforeEach
  void start() throws Exception {
    controller = new RunningController(folder);
    token = controller.agentOn("node-a");
    other = controller.agentOn("node-b");
  }

  @AfterEach
  void everybodyElseReportsAsBefore() throws Exception {
    try (RunningController running = controller;
        Uplink neighbour = running.uplink(other);
        Uplink own = running.uplink(token)) {
      assertEquals(
          "{\"nodeShare\":null}", RunningController.send(neighbour, SampleReports.empty("node-b")));
      RunningController.await(
          "the node itself can report again",
          () ->
              RunningController.send(own, SampleReports.empty("node-a"))
                  .equals("{\"nodeShare\":null}"));
    }
  }

  @Test
  void aGzipBombIsRefused() throws Exception {
    byte[] bomb = zipped(" ".repeat(64 << 20).getBytes(UTF_8));
    assertTrue(bomb.length < 100_000, "bomb of " + bomb.length);
    refused(413, "too_large", "Content-Encoding: gzip\r\nContent-Length: " + bomb.length, bomb);
  }

  @Test
  void aBombBehindAValidBeginIsRefused() throws Exception {
    byte[] bomb = zipped(("{\"later\": \"" + "a".repeat(5 << 20) + "\"}").getBytes(UTF_8));
    refused(413, "too_large", "Content-Encoding: gzip\r\nContent-Length: " + bomb.length, bomb);
  }

  @Test
  void aHugeBodyIsRefusedUnread() throws Exception {
    refused(413, "too_large", "Content-Encoding: gzip\r\nContent-Length: 4000000000", new byte[0]);
  }

  @Test
  void aBodyOfUnknownLengthIsRefusedUnread() throws Exception {
    byte[] noise = new byte[600_000];
    new Random(1).nextBytes(noise);
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    chunks.writeBytes((Integer.toHexString(noise.length) + "\r\n").getBytes(ISO_8859_1));
    chunks.writeBytes(noise);
    try (Socket socket = connected()) {
      send(socket, "Content-Encoding: gzip\r\nTransfer-Encoding: chunked", chunks.toByteArray());
      counted("no_length"); // the answer is lost if octets are on their way when it is closed
    }
  }

  @Test
  void deepJsonIsRefused() throws Exception {
    for (String deep : new String[] {"[".repeat(1 << 20), "{\"later\":" + "[".repeat(1 << 20)}) {
      byte[] body = zipped(deep.getBytes(UTF_8));
      refused(400, "malformed", "Content-Encoding: gzip\r\nContent-Length: " + body.length, body);
    }
  }

  @Test
  void whatIsNotGzipIsRefused() throws Exception {
    assertAll(
        () -> refused(415, "not_compressed", "Content-Length: 2", "{}".getBytes(UTF_8)),
        () ->
            refused(
                400,
                "malformed",
                "Content-Encoding: gzip\r\nContent-Length: 2",
                "{}".getBytes(UTF_8)));
  }

  @Test
  void aTruncatedBodyIsNoReport() throws Exception {
    byte[] whole = zipped(SampleReports.json(SampleReports.empty("node-a")).getBytes(UTF_8));
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    refused(400, "malformed", "Content-Encoding: gzip\r\nContent-Length: " + half.length, half);
  }

  /** A handshake costs the controller more than a report. */
  @Test
  void acceptedReportsOfANodeShareItsConnection() throws Exception {
    byte[] body = zipped(SampleReports.json(SampleReports.empty("node-a")).getBytes(UTF_8));
    String headers = "Content-Encoding: gzip\r\nContent-Length: " + body.length;
    try (Socket socket = connected()) {
      send(socket, headers, body);
      send(socket, headers + "\r\nConnection: close", body);
      assertEquals(2, answer(socket).split("HTTP/1.1 200 ", -1).length - 1);
    }
  }

  @Test
  void onlyOneReportOfANodeIsReceivedAtATime() throws Exception {
    byte[] body = zipped(SampleReports.json(SampleReports.empty("node-a")).getBytes(UTF_8));
    String headers = "Content-Encoding: gzip\r\nContent-Length: " + body.length;
    RunningController.await(
        "status 429",
        () -> {
          try (Socket slow = connected()) {
            send(slow, headers, new byte[] {body[0]}); // and nothing more
            try (Socket second = connected()) {
              // Accepted if it comes before the other: then the connection must not be waited for.
              send(second, headers + "\r\nConnection: close", body);
              return answer(second).startsWith("HTTP/1.1 429 ");
            }
          }
        });
  }

  @Test
  void aBodyIsNotReadBeforeTheTokenIsAccepted() throws Exception {
    try (Socket stranger = connected()) {
      OutputStream out = stranger.getOutputStream();
      out.write(
          String.join(
                  "\r\n",
                  "POST /v1/report HTTP/1.1",
                  "Host: a",
                  "Authorization: Bearer abc",
                  "Content-Encoding: gzip",
                  "Content-Length: 100000",
                  "",
                  "")
              .getBytes(ISO_8859_1));
      assertTrue(answer(stranger).startsWith("HTTP/1.1 401 "), "before any of the body");
    }
  }

  private void refused(int status, String reason, String headers, byte[] body) throws Exception {
    try (Socket socket = connected()) {
      send(socket, headers, body);
      String answer = answer(socket);
      assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
      assertTrue(answer.contains("{\"error\":\""), answer);
    }
    counted(reason);
  }

  private void counted(String reason) throws Exception {
    RunningController.await(
        "it is counted as " + reason,
        () ->
            controller
                .page("/metrics")
                .contains("dnsonde_controller_reports_refused_total{reason=\"" + reason + "\"}"));
  }

  private void send(Socket socket, String headers, byte[] body) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        String.join(
                "\r\n",
                "POST /v1/report HTTP/1.1",
                "Host: a",
                "Authorization: Bearer " + Files.readString(token),
                headers,
                "",
                "")
            .getBytes(ISO_8859_1));
    try {
      out.write(body);
      out.flush();
    } catch (IOException _) {
      // refused before everything was sent
    }
  }

  /** The answer, until the controller closes the connection. */
  private static String answer(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    try {
      in.transferTo(answer);
    } catch (IOException e) {
      if (answer.size() == 0) {
        throw e; // reset before an answer
      }
    }
    return answer.toString(UTF_8);
  }

  private Socket connected() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(controller.authorities())) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(controller.address().getAddress(), controller.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static byte[] zipped(byte[] text) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(octets)) {
      zip.write(text);
    }
    return octets.toByteArray();
  }
}
