package io.github.dnsonde.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a process, as the kernel counts it: /proc/PID/status. */
final class ProcessStatus {

  private ProcessStatus() {}

  /** Returns a line such as {@code VmRSS: 75412 kB}, in octets. */
  static long octets(Process process, String field) throws IOException {
    return Files.readAllLines(Path.of("/proc", process.pid() + "", "status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("no " + field));
  }
}
