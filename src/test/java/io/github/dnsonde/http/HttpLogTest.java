package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.log.Logging;
import io.github.dnsonde.testkit.FakeTicker;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpLogTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final FakeTicker ticker = new FakeTicker();
  private final HttpLog log = new HttpLog(ticker);

  @BeforeEach
  void configure() {
    Logging.configure(Logging.Format.LOGFMT, System.Logger.Level.INFO, out);
  }

  @Test
  void aCrowdIsOneLineAMinuteForEachListenerWithItsAddress() {
    for (int i = 0; i < 1_000; i++) {
      log.accept(crowd("http.metrics", "10.0.0." + i % 3));
    }
    log.accept(crowd("http.health", "fd00::1"));
    log.accept(new HttpEvent.NotAccepted("http.metrics", "Too many open files"));
    ticker.advance(Duration.ofSeconds(59));
    log.accept(crowd("http.metrics", "10.0.0.9"));
    ticker.advance(Duration.ofSeconds(1));
    log.accept(crowd("http.metrics", "10.0.0.9"));
    assertEquals(
        List.of(
            "level=warn logger=http msg=\"connection closed to make room for another\""
                + " listener=http.metrics client=10.0.0.0 client_connections=16 count=1",
            "level=warn logger=http msg=\"connection closed to make room for another\""
                + " listener=http.health client=fd00::1 client_connections=16 count=1",
            "level=warn logger=http msg=\"connection not accepted\" listener=http.metrics"
                + " cause=\"Too many open files\" count=1",
            "level=warn logger=http msg=\"connection closed to make room for another\""
                + " listener=http.metrics client=10.0.0.9 client_connections=16 count=1001"),
        lines());
  }

  private static HttpEvent crowd(String listener, String client) {
    return new HttpEvent.MadeRoom(listener, InetAddress.ofLiteral(client), 16);
  }

  @Test
  void changedFilesAreAlwaysReported() {
    log.report(new MetricsProtection.News.Adopted("token"));
    log.report(new MetricsProtection.News.Refused("certificate and key", "a: found b"));
    assertEquals(
        List.of(
            "level=info logger=http msg=\"changed files in force\" what=token",
            "level=error logger=http msg=\"changed files refused; the previous ones stay in force\""
                + " what=\"certificate and key\" mistake=\"a: found b\""),
        lines());
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceFirst("time=\\S+ ", ""))
        .toList();
  }
}
