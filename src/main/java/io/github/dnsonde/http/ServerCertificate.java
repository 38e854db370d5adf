package io.github.dnsonde.http;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;

/**
 * The certificate chain that a TLS server shows, and its private key.
 *
 * @param expiry the time after which clients refuse it
 */
record ServerCertificate(SSLContext context, Instant expiry) {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String[] APPLICATION_PROTOCOLS = {"http/1.1"};

  /**
   * Number of TLS sessions to remember, of some kilobytes each: scrapers are few, and other clients
   * cannot use more memory.
   */
  private static final int SESSIONS = 64;

  private static final Duration SESSION_LIFE = Duration.ofHours(1);
  private static final char[] NO_PASSWORD = {};

  /**
   * Creates one from the content of two files.
   *
   * @throws UnusableSecretException if the content is not usable; the message names the file
   */
  static ServerCertificate of(
      SecretFile certificate, byte[] certificateOctets, SecretFile key, byte[] keyOctets)
      throws UnusableSecretException {
    List<X509Certificate> chain = Pem.certificates(certificate, certificateOctets);
    X509Certificate own = chain.getFirst();
    PrivateKey privateKey = Pem.key(key, keyOctets, own.getPublicKey());
    try {
      if (!belong(privateKey, own.getPublicKey())) {
        throw key.unusable(
            "the key of another certificate",
            "the key of " + certificate.path() + ": mount both from one Secret");
      }
      return new ServerCertificate(context(privateKey, chain), own.getNotAfter().toInstant());
    } catch (GeneralSecurityException | IOException e) {
      if (e instanceof UnusableSecretException unusable) {
        throw unusable;
      }
      throw certificate.unusable(
          "a certificate that TLS cannot use (" + e.getMessage() + ")",
          "a certificate with an RSA or EC key of usual strength");
    }
  }

  /** Returns true if the public key verifies signatures of the private key. */
  private static boolean belong(PrivateKey privateKey, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    byte[] text = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(privateKey);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    return signature.verify(signed);
  }

  private static SSLContext context(PrivateKey key, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    SSLSessionContext sessions = context.getServerSessionContext();
    sessions.setSessionCacheSize(SESSIONS);
    sessions.setSessionTimeout((int) SESSION_LIFE.toSeconds());
    return context;
  }

  /**
   * Creates the server's side of TLS on a connection. Closing it leaves the connection to the
   * caller.
   */
  SSLSocket server(Socket connection) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(connection, null, false);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(withoutAesFirst(parameters.getCipherSuites()));
    parameters.setApplicationProtocols(APPLICATION_PROTOCOLS);
    socket.setSSLParameters(parameters);
    return socket;
  }

  /**
   * Returns the same cipher suites, those with ChaCha20 first (RFC 8439). The JDK uses the
   * instructions of the processor for AES only in code of the optimizing compiler, which this
   * program runs without: then AES takes four times as long as ChaCha20.
   */
  private static String[] withoutAesFirst(String[] suites) {
    return Arrays.stream(suites)
        .sorted(comparing(suite -> !suite.contains("CHACHA20")))
        .toArray(String[]::new);
  }
}
