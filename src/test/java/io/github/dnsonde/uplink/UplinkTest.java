package io.github.dnsonde.uplink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.testkit.IssuedCertificate;
import io.github.dnsonde.testkit.ReportSink;
import io.github.dnsonde.uplink.UplinkException.Why;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
@SuppressWarnings("try") // closed early on purpose
@Tag("long")
class UplinkTest {

  @TempDir private Path folder;

  private final AtomicInteger lookups = new AtomicInteger();
  private Path token;

  @BeforeEach
  void writeToken() throws IOException {
    token = Files.writeString(folder.resolve("token"), "abc.def.ghi\n");
  }

  private Uplink uplink(ReportSink sink) {
    return uplink(sink, ReportSink.NAME, Duration.ofSeconds(5));
  }

  private Uplink uplink(ReportSink sink, String name, Duration patience) {
    return new Uplink(
        new Uplink.Setup(
            name,
            sink.authorities(),
            token,
            () -> {
              lookups.incrementAndGet();
              return sink.address();
            },
            patience));
  }

  private static String send(Uplink uplink, String report) throws UplinkException {
    return uplink.send(out -> out.write(report), json -> new String(json, UTF_8));
  }

  private static Why failure(Uplink uplink) {
    return assertThrows(UplinkException.class, () -> send(uplink, "{}")).why();
  }

  @Test
  void theReportAndTheReplyArrive() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      assertEquals("{\"nodeShare\":null}", send(uplink, "{\"node\": \"ä\"}"));
      assertEquals(List.of("{\"node\": \"ä\"}"), sink.reports());
      assertEquals(List.of("abc.def.ghi"), sink.tokens());
    }
  }

  /** A controller's TLS keeps a buffer as long as the longest record, for each connection. */
  @Test
  void aLongReportIsSentInShortRecords() throws Exception {
    String report =
        new Random(1)
            .ints(30_000, 'a', 'z')
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    try (ReportSink sink = ReportSink.start(folder);
        RecordTap tap = new RecordTap(sink.address());
        Uplink uplink =
            new Uplink(
                new Uplink.Setup(
                    ReportSink.NAME,
                    sink.authorities(),
                    token,
                    tap::address,
                    Duration.ofSeconds(5)))) {
      send(uplink, report);
      assertEquals(List.of(report), sink.reports());
      assertTrue(tap.records() > 7, () -> tap.records() + " records");
      assertTrue(tap.longest() <= PieceByPiece.PIECE + 256, () -> tap.longest() + " octets");
    }
  }

  @Test
  void aRotatedTokenIsUsed() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      send(uplink, "{}");
      Files.writeString(token, "jkl.mno.pqr");
      send(uplink, "{}");
      assertEquals(List.of("abc.def.ghi", "jkl.mno.pqr"), sink.tokens());
    }
  }

  @Test
  void aChangedAuthorityIsAdopted() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      send(uplink, "{}");
      sink.renew();
      send(uplink, "{}");
      assertEquals(2, sink.reports().size());
    }
  }

  @Test
  void anotherAuthorityOrNameIsNotTrusted() throws Exception {
    try (ReportSink sink = ReportSink.start(folder)) {
      try (Uplink uplink = uplink(sink, "other.control.svc", Duration.ofSeconds(5))) {
        assertEquals(Why.UNTRUSTED, failure(uplink));
      }
      sink.showUnpublished();
      try (Uplink uplink = uplink(sink)) {
        assertEquals(Why.UNTRUSTED, failure(uplink));
      }
      assertEquals(List.of(), sink.tokens(), "no token is sent to a stranger");
    }
  }

  @Test
  void missingFilesAreNamed() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      Files.delete(token);
      UplinkException failure = assertThrows(UplinkException.class, () -> send(uplink, "{}"));
      assertEquals(Why.NO_CREDENTIALS, failure.why());
      assertTrue(String.valueOf(failure.getMessage()).contains("reports.token-file"));
      Files.writeString(sink.authorities(), "nothing");
      assertEquals(Why.NO_CREDENTIALS, failure(uplink));
      Files.delete(sink.authorities());
      assertEquals(Why.NO_CREDENTIALS, failure(uplink));
    }
  }

  @Test
  void aTokenThatIsNoneIsNotQuoted() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      Files.writeString(token, "secret\nsecret");
      UplinkException failure = assertThrows(UplinkException.class, () -> send(uplink, "{}"));
      assertEquals(Why.NO_CREDENTIALS, failure.why());
      assertTrue(!String.valueOf(failure.getMessage()).contains("secret\n"));
    }
  }

  @Test
  void nobodyThereIsNoticedAndTheAddressIsNotLookedUpEachTime() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      send(uplink, "{}");
      sink.close();
      assertEquals(Why.UNREACHABLE, failure(uplink));
      assertEquals(Why.UNREACHABLE, failure(uplink));
      assertEquals(1, lookups.get());
    }
  }

  @Test
  void silenceIsLimited() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (ReportSink sink = ReportSink.start(folder);
        ServerSocket silent = new ServerSocket(0, 1, loopback);
        Uplink uplink =
            new Uplink(
                new Uplink.Setup(
                    ReportSink.NAME,
                    sink.authorities(),
                    token,
                    () -> new InetSocketAddress(loopback, silent.getLocalPort()),
                    Duration.ofMillis(300)))) {
      assertEquals(Why.UNREACHABLE, failure(uplink));
    }
  }

  @Test
  void closingEndsAReportThatIsBeingSent() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink, ReportSink.NAME, Duration.ofSeconds(25))) {
      CountDownLatch hold = new CountDownLatch(1);
      sink.holds(hold);
      Thread closing =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (sink.reports().isEmpty()) {
                      Thread.onSpinWait();
                    }
                    uplink.close();
                  });
      assertEquals(Why.UNREACHABLE, failure(uplink));
      closing.join();
      hold.countDown();
    }
  }

  @Test
  void refusalsAndUnreadableRepliesAreToldApart() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      sink.refuses(true);
      UplinkException refusal = assertThrows(UplinkException.class, () -> send(uplink, "{}"));
      assertEquals(Why.REFUSED, refusal.why());
      assertTrue(
          String.valueOf(refusal.getMessage())
              .contains("answers 503: {\"error\":\"refused on request\"}"),
          refusal::getMessage);
      sink.refuses(false);
      assertEquals(
          Why.INVALID_REPLY,
          assertThrows(
                  UplinkException.class,
                  () ->
                      uplink.send(
                          out -> out.write("{}"),
                          _ -> {
                            throw new IOException("not one");
                          }))
              .why());
      assertEquals("{\"nodeShare\":null}", send(uplink, "{}"), "the next one is not affected");
    }
  }

  /** The listener of the product, over HTTPS. */
  @Test
  void aBusyControllerSaysWhenToComeAgain() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink = uplink(sink)) {
      for (Reason reason : List.of(Reason.BUSY, Reason.NO_VERDICT)) {
        sink.refuses(reason);
        assertEquals(Duration.ofSeconds(5), retryAfter(uplink));
      }
      sink.refuses(Reason.IN_FLIGHT);
      assertEquals(Duration.ofSeconds(1), retryAfter(uplink));
      sink.refuses(Reason.WRONG_NODE);
      assertEquals(Duration.ZERO, retryAfter(uplink));
      sink.close();
      assertEquals(Duration.ZERO, retryAfter(uplink));
    }
  }

  private static Duration retryAfter(Uplink uplink) {
    return assertThrows(UplinkException.class, () -> send(uplink, "{}")).retryAfter();
  }

  /** A server in the controller's place, such as a proxy. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          503 | 7          | 7
          429 | 7          | 7
          503 | 86400      | 30
          503 | 999999999  | 30
          503 | 9999999999 | 0
          503 | 0          | 0
          503 | -1         | 0
          503 | 1.5        | 0
          503 | 7é         | 0
          503 | Fri, 31 Dec 2100 23:59:59 GMT | 0
          503 |            | 0
          500 | 7          | 0
          403 | 7          | 0
          """)
  void theTimeToWaitIsBoundedAndOnlyThatOfABusyServer(int status, String header, int seconds)
      throws Exception {
    IssuedCertificate issued = IssuedCertificate.ec();
    Path authorities = Files.writeString(folder.resolve("other.crt"), issued.certificatePem());
    AtomicInteger requests = new AtomicInteger();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(issued.serving()));
    server.createContext(
        "/v1/report",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          if (header != null) {
            exchange.getResponseHeaders().set("Retry-After", header);
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try (Uplink uplink =
        new Uplink(
            new Uplink.Setup(
                "127.0.0.1", authorities, token, server::getAddress, Duration.ofSeconds(5)))) {
      assertEquals(Duration.ofSeconds(seconds), retryAfter(uplink));
      assertEquals(1, requests.get(), "a report is not repeated");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anUnknownAddressIsAFailureOfItsOwn() throws Exception {
    try (ReportSink sink = ReportSink.start(folder);
        Uplink uplink =
            new Uplink(
                new Uplink.Setup(
                    ReportSink.NAME,
                    sink.authorities(),
                    token,
                    () -> {
                      throw new IOException("404 not found");
                    },
                    Duration.ofSeconds(5)))) {
      assertEquals(Why.NO_ADDRESS, failure(uplink));
    }
  }
}
