package io.github.dnsonde.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;

/**
 * The pages of one listener. Read-only: GET and HEAD are answered, a body is refused, and every
 * other request gets an error in one line.
 */
final class Site implements Handler {

  private static final int ZIP_BUFFER = 4_096;

  private final SortedMap<String, Page> pages;
  private final Predicate<String> hosts;
  private final Guard guard;

  /**
   * Creates a site.
   *
   * @param hosts accepts the Host headers to answer
   * @param guard access control for its pages
   */
  Site(Map<String, Page> pages, Predicate<String> hosts, Guard guard) {
    this.pages = new TreeMap<>(pages);
    this.hosts = hosts;
    this.guard = guard;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    PageResponse pageResponse = answer(request, response);
    switch (pageResponse.delivery()) {
      case SHORT, STREAM -> send(pageResponse, request, response);
      case DOCUMENT -> sendDocument(pageResponse, request, response);
    }
  }

  private static void sendDocument(
      PageResponse pageResponse, ServerRequest request, ServerResponse response) {
    Connection connection = Connection.current();
    if (!connection.beginPage()) {
      closeAfter(response);
      send(
          PageResponse.error(
              Status.SERVICE_UNAVAILABLE_503, request.path().path(), "too many requests at once"),
          request,
          response);
      return;
    }
    try {
      send(pageResponse, request, response);
    } finally {
      connection.endPage();
    }
  }

  /** Sends a response. After a request with a body, which nobody has read, it is the last one. */
  static void send(PageResponse pageResponse, ServerRequest request, ServerResponse response) {
    if (request.content().hasEntity()) {
      closeAfter(response);
    }
    respond(pageResponse, request, response);
  }

  /** Sends a response, and keeps the connection for another request. The body has been read. */
  static void respond(PageResponse pageResponse, ServerRequest request, ServerResponse response) {
    boolean zip =
        pageResponse.compressible()
            && AcceptEncoding.gzip(request.headers().all(HeaderNames.ACCEPT_ENCODING, List::of));
    describe(pageResponse, zip, response);
    if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      closeAfter(response);
    }
    try {
      sendBody(pageResponse, zip, request, response);
    } catch (IOException e) {
      throw new CloseConnectionException("the client is gone", e);
    } catch (RuntimeException e) {
      response.headers().remove(HeaderNames.CONTENT_ENCODING); // the error is not compressed
      throw e;
    }
  }

  private PageResponse answer(ServerRequest request, ServerResponse response) {
    String path = request.path().path();
    Page page = pages.get(path);
    if (!hosts.test(request.headers().value(HeaderNames.HOST).orElse(""))) {
      return PageResponse.error(
          Status.MISDIRECTED_REQUEST_421,
          path,
          "this listener answers only requests to localhost by that name");
    }
    if (page == null) {
      return PageResponse.error(
          Status.NOT_FOUND_404,
          path,
          "no such path; available: " + String.join(", ", pages.keySet()));
    }
    if (!isRead(request)) {
      response.header(HeaderNames.ALLOW, "GET, HEAD");
      return PageResponse.error(
          Status.METHOD_NOT_ALLOWED_405, path, "only GET and HEAD are allowed");
    }
    if (request.content().hasEntity()) {
      return PageResponse.error(
          Status.REQUEST_ENTITY_TOO_LARGE_413, path, "requests must not have a body");
    }
    List<String> authorization = request.headers().all(HeaderNames.AUTHORIZATION, List::of);
    if (!guard.admits(path, authorization)) {
      response.header(
          HeaderNames.WWW_AUTHENTICATE,
          authorization.isEmpty() ? BearerToken.CHALLENGE : BearerToken.CHALLENGE_AGAIN);
      return PageResponse.error(
          Status.UNAUTHORIZED_401,
          path,
          "a token is required: send 'Authorization: Bearer TOKEN' with the token of"
              + " http.bearer-token-file");
    }
    return page.answer(request);
  }

  /**
   * Closes the connection after the response. Otherwise Helidon sends the header and then waits for
   * the client to close (RFC 9112 §9.6).
   */
  static void closeAfter(ServerResponse response) {
    response.header(HeaderValues.CONNECTION_CLOSE);
    response.whenSent(
        () -> {
          throw new CloseConnectionException("this was the last request");
        });
  }

  private static boolean isRead(ServerRequest request) {
    Method method = request.prologue().method();
    return method.equals(Method.GET) || method.equals(Method.HEAD);
  }

  private static void describe(PageResponse pageResponse, boolean zip, ServerResponse response) {
    response.status(pageResponse.status());
    response.header(HeaderNames.CONTENT_TYPE, pageResponse.contentType());
    pageResponse.etag().ifPresent(etag -> response.header(HeaderNames.ETAG, etag));
    response.header(
        HeaderNames.CACHE_CONTROL, pageResponse.etag().isPresent() ? "no-cache" : "no-store");
    response.header("X-Content-Type-Options", "nosniff");
    response.header("Content-Security-Policy", pageResponse.policy());
    response.header("Referrer-Policy", "no-referrer");
    if (pageResponse.compressible()) {
      response.header(HeaderNames.VARY, "Accept, Accept-Encoding");
    }
    if (zip) {
      response.header(HeaderNames.CONTENT_ENCODING, "gzip");
    }
  }

  /**
   * Closes the stream only after everything was written: a truncated response must look truncated
   * to the client.
   */
  private static void sendBody(
      PageResponse pageResponse, boolean zip, ServerRequest request, ServerResponse response)
      throws IOException {
    PageResponse.Body body = zip ? zipped(pageResponse.body()) : pageResponse.body();
    boolean head = request.prologue().method().equals(Method.HEAD);
    boolean empty = pageResponse.status().equals(Status.NOT_MODIFIED_304);
    if (empty || (head && pageResponse.delivery() == PageResponse.Delivery.STREAM)) {
      response.send();
      return;
    }
    if (head) {
      Counter counter = new Counter();
      body.writeTo(counter);
      response.contentLength(counter.octets);
      response.send();
      return;
    }
    OutputStream out = response.outputStream();
    body.writeTo(out);
    out.close();
  }

  private static PageResponse.Body zipped(PageResponse.Body body) {
    return out -> {
      GZIPOutputStream zip = new GZIPOutputStream(out, ZIP_BUFFER, true);
      body.writeTo(zip);
      zip.finish();
    };
  }

  /** Counts the octets of a response that is not sent. */
  private static final class Counter extends OutputStream {
    private long octets;

    @Override
    public void write(int octet) {
      octets++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      octets += length;
    }
  }
}
