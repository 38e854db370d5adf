package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More reviews and clients at once than the webhook has room for. */
@Timeout(60)
class AdmissionSiteTest {

  /** A receiver whose answers take until they are let go. */
  private static final class Slow implements AdmissionReceiver {
    final CountDownLatch go = new CountDownLatch(1);
    final AtomicInteger reading = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();

    @Override
    public byte[] answer(InputStream review) throws IOException {
      await();
      return new byte[] {'a'};
    }

    @Override
    public byte[] answerBusy(InputStream review) throws IOException {
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
    int processors = Runtime.getRuntime().availableProcessors();
    HttpListener listener =
        HttpListener.bind(
            new HttpListener.Terms(
                "test",
                RunningServer.ANY_PORT,
                Http1.receiving("test", new AdmissionSite(receiver)),
                Optional.empty(),
                new Capacity(100, 100, 1),
                Patience.DEFAULT,
                Thread.ofVirtual(),
                _ -> {}));
    listener.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 4 * processors; i++) {
        answers.add(
            client.sendAsync(review(listener.address()), HttpResponse.BodyHandlers.ofString()));
      }
      await(() -> receiver.refusals.size() >= 2 * processors);
      receiver.go.countDown();
      int refused = 0;
      for (Future<HttpResponse<String>> answer : answers) {
        refused += answer.get().statusCode() == 503 ? 1 : 0;
      }
      assertEquals(2 * processors, refused);
      assertEquals(processors, receiver.most.get());
    } finally {
      receiver.go.countDown();
      listener.close();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
  }

  private static HttpRequest review(InetSocketAddress address) {
    return HttpRequest.newBuilder(
            URI.create(
                "http://127.0.0.1:"
                    + address.getPort()
                    + AdmissionSite.PATH.path()
                    + "?timeout=1s"))
        .version(HttpClient.Version.HTTP_1_1)
        .POST(HttpRequest.BodyPublishers.ofString("{}"))
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
