package io.github.dnsonde.http;

import io.github.dnsonde.json.ErrorJson;
import io.github.dnsonde.probe.SafeText;
import io.helidon.http.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What is said to one request.
 *
 * @param policy the Content-Security-Policy: what a browser may load beyond the page
 * @param compressible whether it is worth the work
 */
record PageResponse(
    Status status, String contentType, String policy, boolean compressible, Body body) {

  static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  /** A page that a browser shows and loads nothing for. */
  static PageResponse of(String contentType, Body body) {
    return new PageResponse(Status.OK_200, contentType, NOTHING, true, body);
  }

  /** One line of text. */
  static PageResponse line(Status status, String line) {
    return new PageResponse(status, PLAIN_TEXT, NOTHING, false, octets(SafeText.line(line) + "\n"));
  }

  /** An error, in the words of the path: JSON under {@code /api}, text elsewhere. */
  static PageResponse error(Status status, String path, String message) {
    return path.equals("/api") || path.startsWith("/api/")
        ? new PageResponse(status, JSON, NOTHING, false, octets(ErrorJson.of(message)))
        : line(status, message);
  }

  private static Body octets(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes itself, piece by piece; does not close the stream. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }
}
