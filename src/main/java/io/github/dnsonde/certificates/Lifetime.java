package io.github.dnsonde.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * The span of time in which a certificate is in use.
 *
 * @param made the time at which the certificate was made
 * @param end the time after which clients refuse it
 */
record Lifetime(Instant made, Instant end) {

  /** The clock of a node may be behind by this much, and still accept a new certificate. */
  static final Duration CLOCK_TOLERANCE = Duration.ofDays(1);

  static Lifetime of(X509Certificate certificate) {
    return new Lifetime(
        certificate.getNotBefore().toInstant().plus(CLOCK_TOLERANCE),
        certificate.getNotAfter().toInstant());
  }

  /** The beginning of validity in the certificate. */
  Instant notBefore() {
    return made.minus(CLOCK_TOLERANCE);
  }

  /** Returns true if clients accept it, and two thirds of it have not passed. */
  boolean isFresh(Instant now) {
    Duration twoThirds = Duration.between(made, end).multipliedBy(2).dividedBy(3);
    return !now.isBefore(notBefore()) && now.isBefore(made.plus(twoThirds));
  }

  boolean hasEnded(Instant now) {
    return !now.isBefore(end);
  }

  Duration age(Instant now) {
    return Duration.between(made, now);
  }
}
