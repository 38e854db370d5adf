package io.github.dnsonde.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one token that is taken (RFC 6750 §2.1). Keeps its digest alone. */
final class BearerToken {

  /** The challenge of a response to a request without it (RFC 6750 §3). */
  static final String CHALLENGE = "Bearer realm=\"dnsonde\"";

  /** The same to a request with another one. */
  static final String CHALLENGE_AGAIN = CHALLENGE + ", error=\"invalid_token\"";

  private static final int LONGEST = 4_096;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
  private static final Pattern HEADER = Pattern.compile("(?i:Bearer) +([!-~]+) *");

  private final byte[] digest;

  private BearerToken(String token) {
    this.digest = sha256(token);
  }

  /**
   * Reads it; white space around it does not count.
   *
   * @throws UnusableSecretException if there is none that a header could carry
   */
  static BearerToken of(SecretFile file, byte[] octets) throws UnusableSecretException {
    String token = new String(octets, StandardCharsets.ISO_8859_1).strip();
    if (token.isEmpty()) {
      throw file.unusable("nothing", "a token, as 'openssl rand -hex 32' prints one");
    }
    if (token.length() > LONGEST || !TOKEN.matcher(token).matches()) {
      throw file.unusable(
          "text that is no token",
          "one line of at most "
              + LONGEST
              + " letters, digits and -._~+/, perhaps with = at its end");
    }
    return new BearerToken(token);
  }

  /**
   * Compares in a time that tells nothing of the token.
   *
   * @param authorization the values of all Authorization headers of a request
   */
  boolean isIn(List<String> authorization) {
    if (authorization.size() != 1) {
      return false;
    }
    Matcher header = HEADER.matcher(authorization.getFirst());
    return header.matches() && MessageDigest.isEqual(digest, sha256(header.group(1)));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
