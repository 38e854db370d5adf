package io.github.dnsonde.http;

import io.github.dnsonde.json.ErrorJson;
import io.github.dnsonde.probe.SafeText;
import io.helidon.http.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The response to one request.
 *
 * @param policy the Content-Security-Policy: resources that a browser may load for the page
 * @param compressible true if compression is worth the effort
 */
record PageResponse(
    Status status, String contentType, String policy, boolean compressible, Body body) {

  static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  /** Creates a page for which a browser loads nothing else. */
  static PageResponse of(String contentType, Body body) {
    return new PageResponse(Status.OK_200, contentType, NOTHING, true, body);
  }

  /** Creates a response of one line of text. */
  static PageResponse line(Status status, String line) {
    return new PageResponse(status, PLAIN_TEXT, NOTHING, false, octets(SafeText.line(line) + "\n"));
  }

  /** Creates an error in the format of the path: JSON under {@code /api}, text elsewhere. */
  static PageResponse error(Status status, String path, String message) {
    return path.equals("/api") || path.startsWith("/api/")
        ? new PageResponse(status, JSON, NOTHING, false, octets(ErrorJson.of(message)))
        : line(status, message);
  }

  /** Creates the response to a report. */
  static PageResponse reply(byte[] json) {
    return new PageResponse(Status.OK_200, JSON, NOTHING, false, out -> out.write(json));
  }

  private static Body octets(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The content, written piece by piece; does not close the stream. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }
}
