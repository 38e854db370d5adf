package io.github.dnsonde.bench;

import java.util.List;

/** What a reader of the table has to know. */
final class Notes {

  private Notes() {}

  /** One paragraph, Markdown. */
  static String about(List<String> jvmOptions, int rounds) {
    return """
    CPU is user and system time of the asking process alone, median of %d runs (least–most) in turn; a ratio is the median \
    of the rounds' ratios. Each contender has a fresh JVM (%s), warmed up, and one asking thread; all ask one server in a \
    process of its own, on loopback. The bare loop and the exchange open a socket for each question; dnsjava does so for UDP \
    and keeps one connection for TCP. Flat out, the bare loop has one question in flight, the others %d. \
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
