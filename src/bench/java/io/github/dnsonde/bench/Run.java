package io.github.dnsonde.bench;

import java.time.Duration;

/**
 * One measured run of one contender.
 *
 * @param probes the number of completed queries
 * @param errors the number of those without the right answer
 * @param cpu user and system time of the whole process
 * @param wall the time from the first query to the last answer
 */
record Run(long probes, long errors, Duration cpu, Duration wall) {

  /** Drives a contender and measures this process. */
  static Run of(Contender contender, Load load, Duration length) {
    long probes = contender.tally().done();
    long errors = contender.tally().errors();
    long wall = System.nanoTime();
    long cpu = CpuClock.nanos();
    load.drive(contender, length);
    return new Run(
        contender.tally().done() - probes,
        contender.tally().errors() - errors,
        Duration.ofNanos(CpuClock.nanos() - cpu),
        Duration.ofNanos(System.nanoTime() - wall));
  }

  /** Reads the output of {@link #line}. */
  static Run parse(String line) {
    String[] parts = line.split(" ", -1);
    return new Run(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        Duration.parse(parts[2]),
        Duration.parse(parts[3]));
  }

  /** Returns one line for another process. */
  String line() {
    return probes + " " + errors + " " + cpu + " " + wall;
  }

  double cpuMicrosPerProbe() {
    return cpu.toNanos() / 1e3 / probes;
  }

  double probesPerSecond() {
    return probes * 1e9 / wall.toNanos();
  }
}
