package io.github.dnsonde.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys as text (RFC 7468). */
final class PemText {

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";

  private PemText() {}

  static String of(X509Certificate certificate) {
    try {
      return text(new PemObject(CERTIFICATE, certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate cannot be encoded", e);
    }
  }

  static String of(PrivateKey key) {
    return text(new PemObject(KEY, key.getEncoded()));
  }

  private static String text(PemObject object) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never thrown by memory
    }
    return text.toString();
  }

  /**
   * Reads the first certificate.
   *
   * @throws GeneralSecurityException if there is none
   */
  static X509Certificate certificate(String text) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(content(text, CERTIFICATE)));
  }

  /**
   * Reads the first private key.
   *
   * @throws GeneralSecurityException if there is none
   */
  static PrivateKey key(String text) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(content(text, KEY)));
  }

  private static byte[] content(String text, String label) throws GeneralSecurityException {
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject object = reader.readPemObject();
      if (object == null || !object.getType().equals(label)) {
        throw new GeneralSecurityException("there is no '-----BEGIN " + label + "-----'");
      }
      return object.getContent();
    } catch (IOException | RuntimeException _) { // its message may quote a key
      throw new GeneralSecurityException("the text is not PEM");
    }
  }
}
