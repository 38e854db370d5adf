package io.github.dnsonde.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The content codings that a client accepts (RFC 9110 §12.5.3). */
final class AcceptEncoding {

  private AcceptEncoding() {}

  /**
   * Returns true if gzip is accepted: named with a weight above 0 or, if not named, covered by
   * {@code *}.
   *
   * @param headers the values of all Accept-Encoding headers
   */
  static boolean gzip(List<String> headers) {
    List<String> codings =
        headers.stream().flatMap(header -> List.of(header.split(",")).stream()).toList();
    return weight(codings, "gzip")
            .or(() -> weight(codings, "x-gzip"))
            .or(() -> weight(codings, "*"))
            .orElse(0.0)
        > 0;
  }

  private static Optional<Double> weight(List<String> codings, String wanted) {
    return codings.stream()
        .map(coding -> List.of(coding.toLowerCase(Locale.ROOT).split(";")))
        .filter(parts -> parts.getFirst().strip().equals(wanted))
        .findFirst()
        .map(parts -> weight(parts.subList(1, parts.size())));
  }

  private static double weight(List<String> parameters) {
    return parameters.stream()
        .map(String::strip)
        .filter(parameter -> parameter.startsWith("q="))
        .findFirst()
        .map(parameter -> number(parameter.substring(2)))
        .orElse(1.0);
  }

  /** Reads a weight. An invalid one means that gzip is not accepted. */
  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
