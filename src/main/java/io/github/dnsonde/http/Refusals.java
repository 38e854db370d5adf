package io.github.dnsonde.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/** Errors that occur before a request reaches a site: one line each, without internal details. */
final class Refusals implements DirectHandler {

  private Refusals() {}

  static DirectHandlers handlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    Stream.of(EventType.values()).forEach(event -> handlers.addHandler(event, new Refusals()));
    return handlers.build();
  }

  /**
   * {@inheritDoc}
   *
   * @param message description of the error; may quote the request or our code, so it is not sent
   */
  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType event,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    PageResponse pageResponse = PageResponse.error(status, request.path(), say(status));
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .header(HeaderNames.CONTENT_TYPE, pageResponse.contentType())
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header(HeaderNames.create("X-Content-Type-Options"), "nosniff")
        .keepAlive(false)
        .entity(octets(pageResponse))
        .build();
  }

  private static String say(Status status) {
    return switch (status.code()) {
      case 400 -> "invalid request, or headers over 8 KiB";
      case 413 -> "requests must not have a body";
      case 414 -> "the request line is over 2 KiB";
      case 500 -> "internal error, see the log";
      case 505 -> "only HTTP/1.1 is supported";
      default -> status.reasonPhrase();
    };
  }

  private static byte[] octets(PageResponse pageResponse) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try {
      pageResponse.body().writeTo(octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never thrown by memory
    }
    return octets.toByteArray();
  }
}
