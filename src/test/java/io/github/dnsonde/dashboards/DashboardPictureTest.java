package io.github.dnsonde.dashboards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DashboardPictureTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Path OVERVIEW = Dashboard.FOLDER.resolve("overview.json");

  @Test
  void aPrometheusThatIsNotThereIsAProblemOfEachPanelAndStillAPicture(@TempDir Path folder)
      throws IOException {
    Path png = folder.resolve("overview.png");
    List<PanelResult> results =
        DashboardPicture.draw(
            OVERVIEW, nobody(), NOON.minusSeconds(3_600), NOON, Map.of("namespace", "shop"), png);
    assertEquals(Dashboard.read(OVERVIEW).panels().size(), results.size());
    for (PanelResult result : results) {
      assertTrue(result.problem().isPresent(), result::panel);
      assertFalse(result.queries().getFirst().expr().contains("$"), result::panel);
    }
    assertTrue(results.stream().anyMatch(each -> each.queries().toString().contains("=~\"shop\"")));
    assertEquals(1_680, ImageIO.read(png.toFile()).getWidth());
    assertTrue(Files.size(png) > 10_000);
  }

  private static URI nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }

  @Test
  void emptyIsAProblemUnlessTheBoardSaysWhatStandsThere() {
    assertEquals(Optional.of("no data"), result(false, 0, Optional.empty()).problem());
    assertEquals(Optional.empty(), result(true, 0, Optional.empty()).problem());
    assertEquals(Optional.empty(), result(false, 1, Optional.empty()).problem());
    assertEquals(
        Optional.of("A: parse error"), result(true, 1, Optional.of("parse error")).problem());
  }

  private static PanelResult result(boolean mayBeEmpty, int series, Optional<String> error) {
    return new PanelResult(
        "a", "b", mayBeEmpty, List.of(new PanelResult.QueryResult("A", "up", series, error)));
  }

  @ParameterizedTest
  @CsvSource({
    "s, 0, 0 s",
    "s, 0.0005, 500 µs",
    "s, 0.0213, 21.3 ms",
    "s, 7.5, 7.5 s",
    "s, 300, 5 min",
    "percentunit, 0.256, 25.6 %",
    "percentunit, 1, 100 %",
    "reqps, 10.6666, 10.7 req/s",
    "reqps, 104040, 104 K req/s",
    "bytes, 52428800, 50 MiB",
    "short, 1440, 1.44 K",
    "none, 1234, 1234"
  })
  void aNumberInItsUnit(String unit, double value, String text) {
    assertEquals(text, Unit.of(unit, OptionalInt.empty()).format(value));
  }

  @Test
  void whatTheseBoardsNeverHadIsNotGuessed() {
    assertThrows(IllegalArgumentException.class, () -> Unit.of("furlong", OptionalInt.empty()));
  }
}
