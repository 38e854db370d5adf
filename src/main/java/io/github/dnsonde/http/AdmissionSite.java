package io.github.dnsonde.http;

import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page that answers admission reviews: {@code POST /v1/admission} with JSON. A request waits
 * for its turn only as long as the API server waits for the answer, and then is answered without a
 * judgement. The addresses take turns: whoever else reaches the port cannot use up the time and the
 * memory for the reviews of the API servers.
 */
final class AdmissionSite implements Handler {

  static final PostPath PATH = new PostPath("/v1/admission");

  /** The octets of a review: twice the largest object that etcd stores by default, and more. */
  private static final int LARGEST = 4 << 20;

  /** A review of this size is read at any time: a policy with its history has a quarter of it. */
  private static final int SMALL = 32 * 1_024;

  /** The octets of all larger reviews that are in memory at one time. */
  private static final int LARGE_AT_ONCE = 8 << 20;

  /**
   * The time within which a larger review arrives, once there is memory for it: API servers send it
   * at once. Two that arrive slowly would take the memory of all others.
   */
  private static final Duration ARRIVAL = Duration.ofSeconds(1);

  /** A webhook's timeout if the API server does not name it. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** The longest timeout that a webhook may have (Kubernetes documentation). */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Pattern SECONDS = Pattern.compile("([0-9]{1,2})s");

  private final AdmissionReceiver receiver;
  private final FairTurns large = new FairTurns(LARGE_AT_ONCE, LARGEST);
  private final FairTurns judging = onePerProcessor();
  private final FairTurns busy = onePerProcessor();

  private final Duration arrival;

  AdmissionSite(AdmissionReceiver receiver) {
    this(receiver, ARRIVAL);
  }

  AdmissionSite(AdmissionReceiver receiver, Duration arrival) {
    this.receiver = receiver;
    this.arrival = arrival;
  }

  /** The API server is often the only address that asks, and then may use all processors. */
  private static FairTurns onePerProcessor() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new FairTurns(processors, processors);
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    if (PATH.admits(request, response)) {
      review(request, response);
    }
  }

  private void review(ServerRequest request, ServerResponse response) {
    long began = System.nanoTime();
    OptionalLong length = request.headers().contentLength();
    if (length.isEmpty()) {
      counted(
          Status.LENGTH_REQUIRED_411, "expected a body with a Content-Length", request, response);
      return;
    }
    if (length.getAsLong() > LARGEST) {
      counted(
          Status.REQUEST_ENTITY_TOO_LARGE_413,
          "expected a review of at most 4 MiB",
          request,
          response);
      return;
    }
    int octets = (int) length.getAsLong();
    int taken = octets > SMALL ? octets : 0;
    ClientNetwork source = Connection.current().source();
    try {
      if (taken > 0 && !large.tryAcquire(source, taken, left(began, request))) {
        counted(
            Status.SERVICE_UNAVAILABLE_503, "too many large reviews at once", request, response);
        return;
      }
    } catch (InterruptedException e) {
      throw stopping(e);
    }
    try {
      byte[] body = taken > 0 ? arriving(request, octets) : body(request, octets);
      answer(body, began, request, response);
    } catch (NotReview e) {
      counted(Status.BAD_REQUEST_400, String.valueOf(e.getMessage()), request, response);
    } catch (IOException e) {
      throw new CloseConnectionException("the sender is gone, or was cut off", e);
    } finally {
      if (taken > 0) {
        large.release(source, taken);
      }
    }
  }

  private static byte[] body(ServerRequest request, int octets) throws IOException {
    return request.content().inputStream().readNBytes(octets + 1);
  }

  /** Returns the body if it arrives soon; otherwise cuts the client off. */
  private byte[] arriving(ServerRequest request, int octets) throws IOException {
    Connection connection = Connection.current();
    AtomicBoolean over = new AtomicBoolean();
    Thread watch =
        Thread.startVirtualThread(
            () -> {
              try {
                Thread.sleep(arrival);
              } catch (InterruptedException _) {
                return;
              }
              if (over.compareAndSet(false, true)) {
                connection.cut();
                receiver.refused("a large review did not arrive in time");
              }
            });
    try {
      return body(request, octets);
    } finally {
      over.set(true);
      watch.interrupt();
    }
  }

  /** Reading a review costs time too: also those without a judgement have to wait for it. */
  private void answer(byte[] body, long began, ServerRequest request, ServerResponse response)
      throws NotReview {
    Optional<byte[]> answer = answer(judging, left(began, request), receiver::answer, body, began);
    if (answer.isEmpty()) {
      answer = answer(busy, timeout(request).toNanos() / 10, receiver::answerBusy, body, began);
    }
    if (answer.isEmpty()) {
      counted(Status.SERVICE_UNAVAILABLE_503, "too many reviews at once", request, response);
    } else {
      Site.respond(PageResponse.reply(answer.get()), request, response);
    }
  }

  /** Answers a review. */
  private interface Answering {
    byte[] answer(InputStream review, Duration waited) throws IOException;
  }

  /** Returns the answer; empty if it was not the request's turn within the time. */
  private static Optional<byte[]> answer(
      FairTurns turns, long nanos, Answering answering, byte[] body, long began) throws NotReview {
    ClientNetwork source = Connection.current().source();
    try {
      if (!turns.tryAcquire(source, 1, nanos)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      throw stopping(e);
    }
    try {
      Duration waited = Duration.ofNanos(System.nanoTime() - began);
      return Optional.of(answering.answer(new ByteArrayInputStream(body), waited));
    } catch (IOException e) {
      throw new NotReview(e);
    } finally {
      turns.release(source, 1);
    }
  }

  private static CloseConnectionException stopping(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CloseConnectionException("the listener stops", e);
  }

  /** The body is something else. */
  private static final class NotReview extends Exception {
    private static final long serialVersionUID = 1L;

    NotReview(IOException why) {
      super(why.getMessage(), why);
    }
  }

  /** The nanoseconds that a request may still wait: the rest is for the judgement and the way. */
  private static long left(long began, ServerRequest request) {
    return Math.max(0, timeout(request).toNanos() * 6 / 10 - (System.nanoTime() - began));
  }

  private static Duration timeout(ServerRequest request) {
    return timeout(request.query().contains("timeout") ? request.query().get("timeout") : "");
  }

  /** The time after which the API server no longer waits, as it names it in the query. */
  static Duration timeout(String named) {
    Matcher seconds = SECONDS.matcher(named);
    return seconds.matches()
        ? Duration.ofSeconds(Math.min(Integer.parseInt(seconds.group(1)), LONGEST.toSeconds()))
        : TIMEOUT;
  }

  private void counted(
      Status status, String message, ServerRequest request, ServerResponse response) {
    receiver.refused(message);
    PATH.refuse(status, message, request, response);
  }
}
