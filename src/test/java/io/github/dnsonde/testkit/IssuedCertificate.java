package io.github.dnsonde.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate for 127.0.0.1, signed by its own key, and that key. */
public record IssuedCertificate(X509Certificate certificate, KeyPair keys) {

  public static final Instant EXPIRY = Instant.parse("2100-01-01T00:00:00Z");

  public static IssuedCertificate ec() {
    return issued("EC", "SHA256withECDSA");
  }

  public static IssuedCertificate rsa() {
    return issued("RSA", "SHA256withRSA");
  }

  private static IssuedCertificate issued(String algorithm, String signature) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else {
        generator.initialize(2_048);
      }
      KeyPair keys = generator.generateKeyPair();
      X500Name name = new X500Name("CN=dnsonde-test");
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(System.nanoTime()),
              Date.from(Instant.now().minus(1, ChronoUnit.DAYS)),
              Date.from(EXPIRY),
              name,
              keys.getPublic());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
      return new IssuedCertificate(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()))),
          keys);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  public String certificatePem() {
    return pem(certificate);
  }

  /** The key in PKCS #1 or SEC 1, as OpenSSL wrote for long and cert-manager does. */
  public String keyPem() {
    return pem(keys.getPrivate());
  }

  public String pkcs8Pem() {
    try {
      return pem(new JcaPKCS8Generator(keys.getPrivate(), null));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String pem(Object content) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  /** Writes both into a folder, under the names that a Secret of type kubernetes.io/tls has. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("tls.crt"), certificatePem());
    Files.writeString(folder.resolve("tls.key"), keyPem());
  }

  /** The context of a server that shows it. */
  public SSLContext serving() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", keys.getPrivate(), new char[0], new Certificate[] {certificate});
      KeyManagerFactory server =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      server.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(server.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A client's context that trusts this certificate alone. */
  public SSLContext trusted() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("server", certificate);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
