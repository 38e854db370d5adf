package io.github.dnsonde.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scrape in a separate virtual machine, started without any option. */
class SilentScrapeTest {

  @Test
  void noFormatMakesTheVirtualMachineWarn(@TempDir Path folder) throws Exception {
    Path said = folder.resolve("said");
    Process scrape =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Scrape.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertEquals("0: scraped\n", scrape.waitFor() + ": " + Files.readString(said));
  }

  /** Scrapes once in each format. */
  static final class Scrape {

    private Scrape() {}

    public static void main(String[] arguments) throws IOException {
      try (Metrics metrics =
          new Metrics(
              new Metrics.Options(
                  "1.2.3", "", "self", Histograms.BOTH, Detail.FULL, Duration.ofMinutes(2)),
              new ManualTicker())) {
        metrics.plan(new Plan(SampleOutcomes.eightProbes(SampleOutcomes.vantage("shop"))));
        for (String accept :
            List.of(
                "text/plain",
                "application/openmetrics-text",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily")) {
          metrics.write(accept, OutputStream.nullOutputStream());
        }
      }
      System.out.println("scraped");
    }
  }
}
