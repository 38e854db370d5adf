package io.github.dnsonde.http;

import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.http.ReportReceiver.Delivery;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * The page that receives reports: {@code POST /v1/report} with gzip JSON. An accepted report leaves
 * the connection open for the next one, since a TLS handshake costs more than a report. A refusal
 * ends it.
 */
final class ReportSite implements Handler {

  private static final PostPath PATH = new PostPath("/v1/report");

  /**
   * Reports that are inflated and read at one time, each of which holds memory. It takes
   * milliseconds and waits for nobody.
   */
  private static final int READ_AT_ONCE = 4;

  private final ReportReceiver receiver;
  private final Semaphore reading = new Semaphore(READ_AT_ONCE);

  ReportSite(ReportReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    if (PATH.admits(request, response)) {
      report(request, response);
    }
  }

  private void report(ServerRequest request, ServerResponse response) {
    ClientNetwork source = Connection.current().source();
    try {
      byte[] reply = received(request, source);
      Site.respond(PageResponse.reply(reply), request, response);
    } catch (DeliveryException refusal) {
      receiver.refused(refusal, source);
      if (refusal.reason().status() == Status.UNAUTHORIZED_401.code()) {
        response.header(HeaderNames.WWW_AUTHENTICATE, BearerToken.CHALLENGE);
      }
      refusal
          .reason()
          .retryAfter()
          .ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, String.valueOf(seconds)));
      PATH.refuse(
          Status.create(refusal.reason().status()),
          String.valueOf(refusal.getMessage()),
          request,
          response);
    } catch (IOException e) {
      throw new CloseConnectionException("the sender is gone, or was cut off", e);
    }
  }

  private byte[] received(ServerRequest request, ClientNetwork source)
      throws DeliveryException, IOException {
    String token =
        BearerToken.text(request.headers().all(HeaderNames.AUTHORIZATION, List::of))
            .orElseThrow(
                () ->
                    new DeliveryException(
                        Reason.MALFORMED_TOKEN,
                        "expected 'Authorization: Bearer TOKEN' with a service account's token"));
    try (Delivery delivery = receiver.admit(token, source)) {
      return delivered(delivery, ReportBody.read(body(request)));
    }
  }

  private static InputStream body(ServerRequest request) throws DeliveryException {
    List<String> codings = request.headers().all(HeaderNames.CONTENT_ENCODING, List::of);
    if (!codings.equals(List.of("gzip"))) {
      throw new DeliveryException(
          Reason.NOT_COMPRESSED, "expected a body with 'Content-Encoding: gzip'");
    }
    OptionalLong length = request.headers().contentLength();
    if (length.isEmpty()) {
      throw new DeliveryException(Reason.NO_LENGTH, "expected a body with a Content-Length");
    }
    if (length.getAsLong() > ReportBody.MAX_COMPRESSED) {
      throw ReportBody.tooLarge();
    }
    return request.content().inputStream();
  }

  private byte[] delivered(Delivery delivery, byte[] compressed)
      throws DeliveryException, IOException {
    reading.acquireUninterruptibly();
    try (InputStream body = ReportBody.inflated(compressed)) {
      return delivery.take(body);
    } catch (ReportBody.TooLong _) {
      throw ReportBody.tooLarge();
    } finally {
      reading.release();
    }
  }
}
