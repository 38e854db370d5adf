package io.github.dnsonde.uplink;

import io.github.dnsonde.uplink.UplinkException.Why;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificate authorities that may sign the controller's certificate.
 *
 * @param pem the file that they come from
 */
record Trust(ByteBuffer pem, SSLContext context, X509TrustManager manager) {

  /** Far more than two authorities. */
  private static final int MAX_SIZE = 256 * 1_024;

  /**
   * Reads the mounted file.
   *
   * @throws UplinkException if it is not there, or contains no certificate
   */
  static byte[] read(Path file) throws UplinkException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_SIZE);
    } catch (IOException e) {
      throw new UplinkException(
          Why.NO_CREDENTIALS,
          file
              + " (reports.ca-file): cannot be read ("
              + e.getClass().getSimpleName()
              + "); expected the certificate authority that the controller publishes");
    }
  }

  /**
   * Trusts the certificates of a file.
   *
   * @throws UplinkException if it contains none
   */
  static Trust in(Path file, byte[] pem) throws UplinkException {
    try {
      Collection<? extends Certificate> authorities =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      if (authorities.isEmpty()) {
        throw new GeneralSecurityException("it contains no certificate");
      }
      X509TrustManager manager = manager(List.copyOf(authorities));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new X509TrustManager[] {manager}, null);
      return new Trust(ByteBuffer.wrap(pem), context, manager);
    } catch (GeneralSecurityException | IOException e) {
      throw new UplinkException(
          Why.NO_CREDENTIALS,
          file
              + " (reports.ca-file): cannot be used ("
              + e.getMessage()
              + "); expected certificates in PEM");
    }
  }

  private static X509TrustManager manager(List<Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("there is no X.509 trust manager"));
  }

  boolean isOf(byte[] content) {
    return pem.equals(ByteBuffer.wrap(content));
  }
}
