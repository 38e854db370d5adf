package io.github.dnsonde.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Hours of samples, as blocks of a Prometheus, without waiting for hours. It writes OpenMetrics
 * text for each block's time, from which promtool makes the block.
 */
final class SampleHistory {

  /** A block of Prometheus, which begins at a multiple of it. */
  private static final Duration BLOCK = Duration.ofHours(2);

  private final String promtool;
  private final Path blocks;
  private final Instant cut;
  private final List<Part> parts = new ArrayList<>();

  /** Something that has series. */
  interface Source {
    void writeTo(Sink sink) throws IOException;
  }

  /** The destination of the series of a source. */
  interface Sink {
    /**
     * Adds a series, with its samples at all times.
     *
     * @param series the name and labels, as OpenMetrics writes them
     * @param healthy the value before the incident, empty for none; of a counter, what it grows by
     * @param failing the same during the incident
     */
    void add(String series, String healthy, String failing) throws IOException;
  }

  private record Part(Source source, Instant from, Instant to, Duration interval) {}

  /**
   * A history without a series.
   *
   * @param cut the beginning of the incident
   */
  SampleHistory(String promtool, Path blocks, Instant cut) {
    this.promtool = promtool;
    this.blocks = blocks;
    this.cut = cut;
  }

  /** Adds the series of a source, at these times. */
  void add(Source source, Instant from, Instant to, Duration interval) {
    parts.add(new Part(source, from, to, interval));
  }

  /** Makes the blocks; returns the number of samples. */
  long write() throws IOException, InterruptedException {
    long first = parts.stream().mapToLong(part -> part.from().getEpochSecond()).min().orElse(0);
    long last = parts.stream().mapToLong(part -> part.to().getEpochSecond()).max().orElse(0);
    long block = BLOCK.toSeconds();
    long samples = 0;
    for (long start = first / block * block; start <= last; start += block) {
      samples += writeBlock(start, start + block);
    }
    return samples;
  }

  private long writeBlock(long start, long end) throws IOException, InterruptedException {
    Path text = Files.createTempFile(blocks.getParent(), "samples", ".txt");
    try {
      long samples;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(text), 1 << 20)) {
        Writer writer = new Writer(out, cut.getEpochSecond());
        for (Part part : parts) {
          writer.window(part, start, end);
          part.source().writeTo(writer);
        }
        out.write("# EOF\n".getBytes(UTF_8));
        samples = writer.samples;
      }
      Process process =
          new ProcessBuilder(
                  promtool,
                  "tsdb",
                  "create-blocks-from",
                  "openmetrics",
                  "--quiet",
                  text.toString(),
                  blocks.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("promtool could not make a block: " + said);
      }
      return samples;
    } finally {
      Files.deleteIfExists(text);
    }
  }

  /** Writes the samples of each series within one block, and nothing where it has none. */
  private static final class Writer implements Sink {

    private final OutputStream out;
    private final long cut;
    private long from;
    private long to;
    private long origin;
    private long interval;
    private long samples;

    Writer(OutputStream out, long cut) {
      this.out = out;
      this.cut = cut;
    }

    void window(Part part, long start, long end) {
      interval = part.interval().toSeconds();
      origin = part.from().getEpochSecond() / interval * interval;
      from = Math.max(origin, start);
      to = Math.min(part.to().getEpochSecond(), end - 1);
    }

    @Override
    public void add(String series, String healthy, String failing) throws IOException {
      if (from > to) {
        return;
      }
      byte[] name = (series + " ").getBytes(UTF_8);
      Values values = Values.of(series, healthy, failing);
      for (long time = from; time <= to; time += interval) {
        String value = values.at(steps(time), steps(cut));
        if (value.isEmpty()) {
          continue;
        }
        out.write(name);
        out.write(value.getBytes(UTF_8));
        out.write(' ');
        out.write(Long.toString(time).getBytes(UTF_8));
        out.write('\n');
        samples++;
      }
    }

    /** The intervals since the beginning. */
    private long steps(long time) {
      return Math.max(0, (time - origin) / interval);
    }
  }

  /** The values of a series. */
  private sealed interface Values {

    static Values of(String series, String healthy, String failing) {
      String name = series.substring(0, series.indexOf('{'));
      boolean counts =
          List.of("_total", "_count", "_sum", "_bucket").stream().anyMatch(name::endsWith);
      return counts
          ? new Counter(Double.parseDouble(healthy), Double.parseDouble(failing))
          : new Gauge(healthy, failing);
    }

    String at(long step, long cut);

    record Gauge(String healthy, String failing) implements Values {
      @Override
      public String at(long step, long cut) {
        return step < cut ? healthy : failing;
      }
    }

    record Counter(double healthy, double failing) implements Values {
      @Override
      public String at(long step, long cut) {
        double value = healthy * Math.min(step, cut) + failing * Math.max(0, step - cut);
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
      }
    }
  }
}
