package io.github.dnsonde.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;

/** A certificate with its private key. */
record Identity(X509Certificate certificate, PrivateKey key) {

  /** A curve that every TLS 1.2 client has (RFC 8422 §5.1.1). */
  private static final String CURVE = "secp256r1";

  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has the curve " + CURVE, e);
    }
  }

  Lifetime lifetime() {
    return Lifetime.of(certificate);
  }

  boolean isFresh(Instant now) {
    return lifetime().isFresh(now);
  }

  /** Returns true if this authority has signed a certificate. */
  boolean signed(X509Certificate other) {
    try {
      other.verify(certificate.getPublicKey());
      return other.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
