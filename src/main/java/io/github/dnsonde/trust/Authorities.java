package io.github.dnsonde.trust;

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
 * The certificate authorities that may sign a server's certificate.
 *
 * @param pem the text that they come from
 */
public record Authorities(ByteBuffer pem, SSLContext context, X509TrustManager manager) {

  /** Far more than a few authorities. */
  private static final int MAX_SIZE = 256 * 1_024;

  /** Reads a file of them, at most 256 KiB. */
  public static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_SIZE);
    }
  }

  /**
   * Trusts the certificates of a text, and no others.
   *
   * @throws GeneralSecurityException if it contains none
   */
  public static Authorities of(byte[] pem) throws GeneralSecurityException, IOException {
    Collection<? extends Certificate> authorities =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    if (authorities.isEmpty()) {
      throw new GeneralSecurityException("it contains no certificate");
    }
    X509TrustManager manager = manager(List.copyOf(authorities));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new X509TrustManager[] {manager}, null);
    return new Authorities(ByteBuffer.wrap(pem), context, manager);
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

  /** Returns true if the text is the one that they come from. */
  public boolean isOf(byte[] content) {
    return pem.equals(ByteBuffer.wrap(content));
  }
}
