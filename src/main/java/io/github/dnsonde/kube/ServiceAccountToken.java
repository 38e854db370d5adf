package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The claims of a service account's token, before anybody has checked its signature. They only
 * decide whether it is worth a question to the API server.
 *
 * @param audiences whom it is meant for
 * @param expiry the time after which it is not valid
 * @param subject such as {@code system:serviceaccount:dnsonde:dnsonde}
 */
public record ServiceAccountToken(List<String> audiences, Instant expiry, String subject) {

  /** The longest token. A usual one has 1 to 2 KiB. */
  private static final int LONGEST = 6 * 1_024;

  /** A signed token (RFC 7515 §7.1). */
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]{2,}\\.[A-Za-z0-9_-]{2,}\\.[A-Za-z0-9_-]{2,}");

  /** No clock shows a later time, in seconds. */
  private static final BigDecimal LATEST = BigDecimal.valueOf(100_000_000_000L);

  public ServiceAccountToken {
    audiences = List.copyOf(audiences);
  }

  /** Reads the claims (RFC 7519 §4.1); empty if the text is not such a token. */
  public static Optional<ServiceAccountToken> read(String text) {
    if (text.length() > LONGEST || !SHAPE.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]);
      return JsonParser.parseString(new String(claims, UTF_8)) instanceof JsonObject object
          ? claims(object)
          : Optional.empty();
    } catch (JsonParseException | IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<ServiceAccountToken> claims(JsonObject object) {
    JsonFields fields = new JsonFields(object);
    List<String> audiences =
        fields.isList("aud") ? fields.texts("aud") : fields.text("aud").stream().toList();
    return expiry(object)
        .flatMap(
            expiry ->
                fields
                    .text("sub")
                    .map(subject -> new ServiceAccountToken(audiences, expiry, subject)));
  }

  private static Optional<Instant> expiry(JsonObject object) {
    return object.get("exp") instanceof JsonPrimitive number && number.isNumber()
        ? Optional.of(number.getAsBigDecimal())
            .filter(seconds -> seconds.signum() > 0 && seconds.compareTo(LATEST) < 0)
            .filter(seconds -> seconds.stripTrailingZeros().scale() <= 0)
            .map(BigDecimal::longValue)
            .map(Instant::ofEpochSecond)
        : Optional.empty();
  }
}
