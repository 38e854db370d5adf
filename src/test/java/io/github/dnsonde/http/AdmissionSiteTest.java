package io.github.dnsonde.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More reviews and clients at once than the webhook has room for. */
@Timeout(60)
class AdmissionSiteTest {

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final String API_SERVER = "{\"from\": \"an API server\"}";

  /** A receiver whose answers take until they are let go. */
  private static final class Slow implements AdmissionReceiver {
    final CountDownLatch go = new CountDownLatch(1);
    final AtomicInteger reading = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final AtomicLong shortest = new AtomicLong(Long.MAX_VALUE);
    final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();

    @Override
    public byte[] answer(InputStream review, Duration waited) throws IOException {
      await();
      return new byte[] {'a'};
    }

    @Override
    public byte[] answerBusy(InputStream review, Duration waited) throws IOException {
      shortest.accumulateAndGet(waited.toMillis(), Math::min);
      int now = reading.incrementAndGet();
      most.accumulateAndGet(now, Math::max);
      await();
      reading.decrementAndGet();
      return new byte[] {'b'};
    }

    private void await() throws IOException {
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void refused(String why) {
      refusals.add(why);
    }
  }

  @Test
  void busyAnswersAreFewAtOnceToo() throws Exception {
    Slow receiver = new Slow();
    HttpListener listener = listening(receiver);
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 4 * PROCESSORS; i++) {
        answers.add(
            client.sendAsync(review(listener.address(), "{}", "1s"), BodyHandlers.ofString()));
      }
      await(() -> receiver.refusals.size() >= 2 * PROCESSORS);
      receiver.go.countDown();
      int refused = 0;
      for (Future<HttpResponse<String>> answer : answers) {
        refused += answer.get().statusCode() == 503 ? 1 : 0;
      }
      assertEquals(2 * PROCESSORS, refused);
      assertEquals(PROCESSORS, receiver.most.get());
      assertTrue(receiver.shortest.get() >= 600, () -> receiver.shortest + " ms of waiting");
    } finally {
      receiver.go.countDown();
      listener.close();
    }
  }

  /** A receiver that answers the API server at once, and others only if they are let go. */
  private static final class Distinguishing implements AdmissionReceiver {
    final Semaphore go = new Semaphore(0);
    final AtomicInteger others = new AtomicInteger();
    final CountDownLatch apiServer = new CountDownLatch(1);

    @Override
    public byte[] answer(InputStream review, Duration waited) throws IOException {
      if (new String(review.readAllBytes(), UTF_8).startsWith(API_SERVER)) {
        apiServer.countDown();
      } else {
        others.incrementAndGet();
        go.acquireUninterruptibly();
      }
      return new byte[] {'a'};
    }

    @Override
    public byte[] answerBusy(InputStream review, Duration waited) {
      return new byte[] {'b'};
    }

    @Override
    public void refused(String why) {
      throw new AssertionError(why);
    }
  }

  @Test
  void anApiServerDoesNotWaitForAllRequestsOfOthers() throws Exception {
    Distinguishing receiver = new Distinguishing();
    int crowd = 80;
    List<Future<HttpResponse<String>>> crowded = new ArrayList<>();
    HttpListener listener = listening(receiver);
    try (HttpClient hostile = client("127.0.0.2");
        HttpClient apiServer = client("127.0.0.3")) {
      for (int i = 0; i < crowd; i++) {
        crowded.add(hostile.sendAsync(review(listener.address(), "{}"), BodyHandlers.ofString()));
      }
      await(() -> receiver.others.get() == PROCESSORS);
      Future<HttpResponse<String>> answer =
          apiServer.sendAsync(review(listener.address(), API_SERVER), BodyHandlers.ofString());
      int turns = 0;
      while (turns < crowd / 2 && !receiver.apiServer.await(50, TimeUnit.MILLISECONDS)) {
        receiver.go.release();
        turns++;
      }
      receiver.go.release(crowd); // closing a client waits for its requests
      assertTrue(turns < crowd / 2, "after half of the others");
      assertEquals("a", answer.get().body());
      for (Future<HttpResponse<String>> other : crowded) {
        assertEquals("a", other.get().body());
      }
    } finally {
      listener.close();
    }
  }

  @Test
  void largeReviewsOfOneAddressLeaveRoomForThoseOfAnother() throws Exception {
    Distinguishing receiver = new Distinguishing();
    HttpListener listener = listening(receiver);
    List<Socket> stalled = new ArrayList<>();
    try (HttpClient apiServer = client("127.0.0.3")) {
      stalled.add(stalled(listener.address(), 4 << 20));
      String first = new String(stalled.getFirst().getInputStream().readNBytes(12), UTF_8);
      assertEquals("HTTP/1.1 100", first); // it holds memory now
      stalled.add(stalled(listener.address(), 4 << 20));
      String large = API_SERVER + " ".repeat(1 << 20);
      assertEquals(
          200,
          apiServer.send(review(listener.address(), large), BodyHandlers.ofString()).statusCode());
    } finally {
      for (Socket each : stalled) {
        each.close();
      }
      listener.close();
    }
  }

  /** Two addresses may hold all memory for large reviews, but not for long. */
  @Test
  void aLargeReviewThatDoesNotArriveIsCutOff() throws Exception {
    Slow receiver = new Slow();
    receiver.go.countDown();
    HttpListener listener = listening(new AdmissionSite(receiver, Duration.ofMillis(200)));
    try (Socket one = stalled(listener.address(), 4 << 20, "127.0.0.2");
        Socket other = stalled(listener.address(), 4 << 20, "127.0.0.4");
        HttpClient apiServer = client("127.0.0.3")) {
      for (Socket each : List.of(one, other)) {
        assertEquals(
            "HTTP/1.1 100", new String(each.getInputStream().readNBytes(12), UTF_8), "has memory");
        each.getOutputStream().write(' ');
      }
      HttpRequest large = review(listener.address(), API_SERVER + " ".repeat(1 << 20), "3s");
      assertEquals(200, apiServer.send(large, BodyHandlers.ofString()).statusCode());
      await(() -> receiver.refusals.size() == 2);
      assertEquals(
          List.of("a large review did not arrive in time", "a large review did not arrive in time"),
          List.copyOf(receiver.refusals));
    } finally {
      listener.close();
    }
  }

  /** A client that has announced a review, and does not send it. */
  private static Socket stalled(InetSocketAddress listener, int octets) throws IOException {
    return stalled(listener, octets, "127.0.0.2");
  }

  private static Socket stalled(InetSocketAddress listener, int octets, String from)
      throws IOException {
    Socket socket =
        new Socket(
            InetAddress.getLoopbackAddress(), listener.getPort(), InetAddress.ofLiteral(from), 0);
    socket
        .getOutputStream()
        .write(
            ("POST /v1/admission?timeout=30s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                    + "Content-Type: application/json\r\nContent-Length: "
                    + octets
                    + "\r\n\r\n")
                .getBytes(UTF_8));
    return socket;
  }

  private static HttpListener listening(AdmissionReceiver receiver) throws IOException {
    return listening(new AdmissionSite(receiver));
  }

  private static HttpListener listening(AdmissionSite site) throws IOException {
    HttpListener listener =
        HttpListener.bind(
            new HttpListener.Terms(
                "test",
                RunningServer.ANY_PORT,
                Http1.receiving("test", site),
                Optional.empty(),
                new Capacity(100, 100, 1),
                Patience.DEFAULT,
                Thread.ofVirtual(),
                _ -> {}));
    listener.start();
    return listener;
  }

  private static HttpClient client(String address) {
    return HttpClient.newBuilder().localAddress(InetAddress.ofLiteral(address)).build();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
  }

  private static HttpRequest review(InetSocketAddress address, String body) {
    return review(address, body, "30s");
  }

  private static HttpRequest review(InetSocketAddress address, String body, String timeout) {
    return HttpRequest.newBuilder(
            URI.create(
                "http://127.0.0.1:"
                    + address.getPort()
                    + AdmissionSite.PATH.path()
                    + "?timeout="
                    + timeout))
        .version(HttpClient.Version.HTTP_1_1)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  @Test
  void noTimeoutIsLongerThanKubernetesAllows() {
    assertEquals(Duration.ofSeconds(3), AdmissionSite.timeout("3s"));
    assertEquals(Duration.ofSeconds(30), AdmissionSite.timeout("99s"));
    assertEquals(Duration.ofSeconds(1), AdmissionSite.timeout("soon"));
  }

  @Test
  void oneClientCannotTakeAllConnections() {
    Capacity capacity = AdmissionListener.CAPACITY;
    assertTrue(capacity.perSource() <= capacity.connections() / 4, capacity::toString);
  }
}
