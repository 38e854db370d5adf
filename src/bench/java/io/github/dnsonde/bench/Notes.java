package io.github.dnsonde.bench;

import java.util.List;

/** The notes for a reader of the table. */
final class Notes {

  private Notes() {}

  /** Returns one paragraph in Markdown. */
  static String about(List<String> jvmOptions, int rounds) {
    return """
    CPU is user and system time of the client process alone, the median of %d interleaved runs (least–most); a ratio is the median \
    of the rounds' ratios. Each contender has a fresh JVM (%s), warmed up, and one sending thread; all query one server in a \
    separate process, on loopback. The bare loop and the exchange open a socket for each query; dnsjava does so for UDP \
    and keeps one connection for TCP. Flat out, the bare loop has one query in flight, the others %d. \
    Java %s, %s %s, %d processors.\
    """
        .formatted(
            rounds,
            String.join(" ", jvmOptions),
            Contender.MANY,
            Runtime.version(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.getRuntime().availableProcessors());
  }
}
