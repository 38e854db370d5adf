package io.github.dnsonde.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A process that sends queries at a steady rate, for comparison with others. */
interface Rival extends AutoCloseable {

  /** The name in the table. */
  String title();

  /** Returns the user and system time of the whole process since its start. */
  Duration cpu();

  /** Returns what it has done up to now. */
  Progress progress() throws IOException, InterruptedException;

  /** Returns the durations of its latest queries, in microseconds. */
  List<Double> latencies() throws IOException, InterruptedException;

  @Override
  void close() throws IOException;

  /**
   * The work of a process.
   *
   * @param probes the number of completed queries
   * @param errors the number of those without the right answer
   */
  record Progress(long probes, long errors) {}
}
