package io.github.dnsonde.trust;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * The time that a busy server asks for. It is kept from OkHttp, which repeats a request at once if
 * the header is 0, and throws an unchecked exception if it is more than an int, or if a header that
 * is not ASCII is set again.
 *
 * <p>A network interceptor of the client.
 */
public final class RetryAfter implements Interceptor {

  private static final String HEADER = "Retry-After";
  private static final String KEPT = "Dnsonde-Retry-After";
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    Response.Builder kept = response.newBuilder().removeHeader(HEADER).removeHeader(KEPT);
    String text = response.header(HEADER);
    return (text != null && SECONDS.matcher(text).matches() ? kept.header(KEPT, text) : kept)
        .build();
  }

  /**
   * The time that a response asks for (RFC 9110 §10.2.3, RFC 6585 §4); zero if its status is not
   * that of a busy server. The other form of the header, a date, needs equal clocks and is not
   * read.
   *
   * @param longest a limit: a wrong header must not silence the client
   */
  public static Duration of(Response response, Duration longest) {
    String text = response.header(KEPT);
    boolean busy = response.code() == 429 || response.code() == 503;
    if (!busy || text == null) {
      return Duration.ZERO;
    }
    return Duration.ofSeconds(Math.min(Integer.parseInt(text), longest.toSeconds()));
  }
}
