package io.github.dnsonde.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The only accepted token (RFC 6750 §2.1). Keeps nothing but its digest. */
final class BearerToken {

  /** The challenge of a response to a request without it (RFC 6750 §3). */
  static final String CHALLENGE = "Bearer realm=\"dnsonde\"";

  /** The challenge of a response to a request with another token. */
  static final String CHALLENGE_AGAIN = CHALLENGE + ", error=\"invalid_token\"";

  private static final int LONGEST = 4_096;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
  private static final Pattern HEADER = Pattern.compile("(?i:Bearer) +([!-~]+) *");

  private final byte[] digest;

  private BearerToken(String token) {
    this.digest = sha256(token);
  }

  /**
   * Reads the token and ignores white space around it.
   *
   * @throws UnusableSecretException if the text is not a token that a header can carry
   */
  static BearerToken of(SecretFile file, byte[] octets) throws UnusableSecretException {
    String token = new String(octets, StandardCharsets.ISO_8859_1).strip();
    if (token.isEmpty()) {
      throw file.unusable("nothing", "a token, such as the output of 'openssl rand -hex 32'");
    }
    if (token.length() > LONGEST || !TOKEN.matcher(token).matches()) {
      throw file.unusable(
          "text that is not a token",
          "one line of at most "
              + LONGEST
              + " characters A-Z, a-z, 0-9 and -._~+/, optionally with = at its end");
    }
    return new BearerToken(token);
  }

  /**
   * Compares in a time that reveals nothing about the token.
   *
   * @param authorization the values of all Authorization headers of a request
   */
  boolean isIn(List<String> authorization) {
    return text(authorization)
        .filter(token -> MessageDigest.isEqual(digest, sha256(token)))
        .isPresent();
  }

  /**
   * Returns the token of a request; empty if there is none, or more than one.
   *
   * @param authorization the values of all Authorization headers of the request
   */
  static Optional<String> text(List<String> authorization) {
    if (authorization.size() != 1) {
      return Optional.empty();
    }
    Matcher header = HEADER.matcher(authorization.getFirst());
    return header.matches() ? Optional.of(header.group(1)) : Optional.empty();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
