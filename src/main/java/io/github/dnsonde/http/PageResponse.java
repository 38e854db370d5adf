package io.github.dnsonde.http;

import io.github.dnsonde.json.ErrorJson;
import io.github.dnsonde.probe.SafeText;
import io.helidon.http.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The response to one request.
 *
 * @param policy the Content-Security-Policy: resources that a browser may load for the page
 * @param etag the entity tag if a client may keep the response and ask whether it changed
 */
record PageResponse(
    Status status,
    String contentType,
    String policy,
    Delivery delivery,
    Optional<String> etag,
    Body body) {

  static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";

  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  /** The ways to deliver a response. */
  enum Delivery {
    /** A few octets, as they are. */
    SHORT,
    /** A document: compressed, and only so many at once. */
    DOCUMENT,
    /** Events that follow each other until one side ends: compressed, each sent at once. */
    STREAM
  }

  /** Creates a page for which a browser loads nothing else. */
  static PageResponse of(String contentType, Body body) {
    return document(contentType, NOTHING, body);
  }

  /** Creates a page with a policy of its own. */
  static PageResponse document(String contentType, String policy, Body body) {
    return new PageResponse(
        Status.OK_200, contentType, policy, Delivery.DOCUMENT, Optional.empty(), body);
  }

  /** Creates a page that a client may keep. */
  static PageResponse kept(String contentType, String etag, Body body) {
    return new PageResponse(
        Status.OK_200, contentType, NOTHING, Delivery.DOCUMENT, Optional.of(etag), body);
  }

  /** Creates the response to a client that has kept the page. */
  static PageResponse unchanged(String contentType, String etag) {
    return new PageResponse(
        Status.NOT_MODIFIED_304, contentType, NOTHING, Delivery.SHORT, Optional.of(etag), _ -> {});
  }

  /** Creates a stream of events. */
  static PageResponse events(Body body) {
    return new PageResponse(
        Status.OK_200, EVENTS, NOTHING, Delivery.STREAM, Optional.empty(), body);
  }

  /** Creates a response of one line of text. */
  static PageResponse line(Status status, String line) {
    return brief(status, PLAIN_TEXT, octets(SafeText.line(line) + "\n"));
  }

  /** Creates an error in the format of the path: JSON under {@code /api}, text elsewhere. */
  static PageResponse error(Status status, String path, String message) {
    return path.equals("/api") || path.startsWith("/api/")
        ? brief(status, JSON, octets(ErrorJson.of(message)))
        : line(status, message);
  }

  /** Creates the response to a report. */
  static PageResponse reply(byte[] json) {
    return brief(Status.OK_200, JSON, out -> out.write(json));
  }

  private static PageResponse brief(Status status, String contentType, Body body) {
    return new PageResponse(status, contentType, NOTHING, Delivery.SHORT, Optional.empty(), body);
  }

  private static Body octets(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns true if compression is worth the effort. */
  boolean compressible() {
    return delivery != Delivery.SHORT;
  }

  /** The content, written piece by piece; does not close the stream. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }
}
