package io.github.dnsonde.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders of reports that would take forever, among others that do not. */
@Timeout(60)
@Tag("long")
class SlowSendersTest {

  /** Two thirds of the real limits, which many handshakes at once on a busy machine keep. */
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(10), Duration.ofSeconds(50), Duration.ofMillis(100));

  /** The senders of each kind. More than one address may have connections. */
  private static final int SLOW = 70;

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private static final String HEAD =
      String.join(
          "\r\n",
          "POST /v1/report HTTP/1.1",
          "Host: a",
          "Authorization: Bearer a",
          "Content-Encoding: gzip",
          "");

  private final IssuedCertificate certificate = IssuedCertificate.ec();
  private final AtomicInteger admitted = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private final AtomicInteger taken = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(3 * SLOW);
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private ReportListener listener;

  @BeforeEach
  void start() throws Exception {
    ListenerCertificate shown = ListenerCertificate.unset();
    shown.set(certificate.certificatePem(), certificate.keyPem());
    listener =
        ReportListener.start(
            new InetSocketAddress(LOOPBACK, 0), shown, new Receiver(), _ -> {}, SHORT);
  }

  @AfterEach
  void stop() {
    senders.shutdownNow();
    listener.close();
    senders.close();
  }

  /** Bodies and heads that drip, from many addresses, and from that of everybody else. */
  @Test
  void whoSendsAnOctetNowAndThenIsCutOffAndDelaysNobody() throws Exception {
    String body = HEAD + "Content-Length: 500000\r\n\r\n";
    List<Future<Duration>> slow = new ArrayList<>();
    for (int i = 0; i < SLOW; i++) {
      InetAddress source = Crowd.address(i);
      slow.add(senders.submit(() -> drips(source, body)));
      slow.add(senders.submit(() -> drips(source, HEAD + "X-Later: ")));
      slow.add(senders.submit(() -> drips(LOOPBACK, body)));
    }
    assertTrue(begun.await(40, TimeUnit.SECONDS), () -> begun.getCount() + " did not begin");
    int sent = 0;
    while (slow.stream().anyMatch(sender -> !sender.isDone())) {
      long start = System.nanoTime();
      assertTrue(report().startsWith("HTTP/1.1 200 "), "report " + sent);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, "report " + sent + " took " + took);
      sent++;
    }
    assertTrue(sent >= 3, "only " + sent + " reports in the meantime");
    for (Future<Duration> sender : slow) {
      Duration lasted = sender.get();
      assertTrue(lasted.compareTo(Duration.ofSeconds(20)) < 0, lasted::toString);
    }
    assertTrue(report().startsWith("HTTP/1.1 200 "), "afterwards");
    assertEquals(sent + 1, taken.get(), "no slow report was taken");
    assertTrue(admitted.get() >= sent + 1 + SLOW, "bodies were begun");
    assertEquals(admitted.get(), released.get(), "and given up");
  }

  /** The handshake is part of the time. */
  @Test
  void whoDoesNotSpeakTlsIsCutOff() throws Exception {
    try (Socket silent = Crowd.connect(Crowd.address(1), listener.address())) {
      assertEquals(-1, silent.getInputStream().read());
    }
  }

  /** Sends an octet now and then until it is cut off; returns the time until then. */
  private Duration drips(InetAddress source, String begin) throws InterruptedException {
    while (true) {
      long start = System.nanoTime();
      boolean speaks = false;
      try (Socket socket = connect(source)) {
        OutputStream out = socket.getOutputStream();
        out.write(begin.getBytes(UTF_8));
        speaks = true;
        begun.countDown();
        for (int i = 0; i < 100; i++) {
          out.write('a');
          TimeUnit.MILLISECONDS.sleep(500); // being slow takes time
        }
        throw new AssertionError("the listener waited for a hundred octets");
      } catch (IOException _) {
        if (speaks) {
          return Duration.ofNanos(System.nanoTime() - start); // cut off
        }
      }
    }
  }

  /** Sends a report as an agent does, and returns the response. */
  private String report() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(body)) {
      zip.write("{}".getBytes(UTF_8));
    }
    try (Socket socket = connect(LOOPBACK)) {
      OutputStream out = socket.getOutputStream();
      out.write((HEAD + "Content-Length: " + body.size() + "\r\n\r\n").getBytes(UTF_8));
      out.write(body.toByteArray());
      out.flush();
      return new String(socket.getInputStream().readNBytes(40), UTF_8);
    }
  }

  private Socket connect(InetAddress source) throws IOException {
    Socket plain = Crowd.connect(source, listener.address());
    return certificate
        .trusted()
        .getSocketFactory()
        .createSocket(plain, "127.0.0.1", listener.address().getPort(), true);
  }

  /** Takes every report. */
  private final class Receiver implements ReportReceiver {
    @Override
    public Delivery admit(String token, ClientNetwork source) {
      admitted.incrementAndGet();
      return new Delivery() {
        @Override
        public byte[] take(InputStream body) throws IOException {
          body.readAllBytes();
          taken.incrementAndGet();
          return "{}".getBytes(UTF_8);
        }

        @Override
        public void close() {
          released.incrementAndGet();
        }
      };
    }

    @Override
    public void refused(DeliveryException refusal, ClientNetwork source) {}
  }
}
