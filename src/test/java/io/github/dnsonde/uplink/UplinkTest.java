package io.github.dnsonde.uplink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
@SuppressWarnings("try") // closed early on purpose
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
          String.valueOf(refusal.getMessage()).contains("answers 503: {\"error\":\"told to\"}"),
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
