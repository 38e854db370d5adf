package io.github.dnsonde.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates (RFC 5280 §4). */
final class Issuing {

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3 * 365);
  private static final Duration LEAF_LIFE = Duration.ofDays(90);
  private static final String SIGNATURE = "SHA256withECDSA";

  /** At most 20 octets, positive (RFC 5280 §4.1.2.2). */
  private static final int SERIAL_BITS = 120;

  private static final SecureRandom RANDOM = new SecureRandom();

  private Issuing() {}

  /** A certificate to be issued, except for its signature. */
  private record Wanted(X500Name issuer, X500Name subject, PublicKey key, Lifetime life) {}

  /** Makes an authority that signs itself. */
  static Identity authority(Instant now) {
    KeyPair keys = Identity.newKeys();
    X500Name name = new X500Name("CN=dnsonde-controller-ca-" + now.getEpochSecond());
    try {
      X509v3CertificateBuilder builder =
          builder(new Wanted(name, name, keys.getPublic(), life(now, now.plus(AUTHORITY_LIFE))));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      return new Identity(signed(builder, keys.getPrivate()), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot make a certificate", e);
    }
  }

  /** Makes a server's certificate that does not outlive its authority. */
  static Identity leaf(Identity authority, String serverName, Instant now) {
    KeyPair keys = Identity.newKeys();
    Instant wantedEnd = now.plus(LEAF_LIFE);
    Instant authorityEnd = authority.lifetime().end();
    Instant end = wantedEnd.isBefore(authorityEnd) ? wantedEnd : authorityEnd;
    X500Name issuer =
        X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded());
    try {
      X509v3CertificateBuilder builder =
          builder(
              new Wanted(
                  issuer, new X500Name("CN=dnsonde-controller"), keys.getPublic(), life(now, end)));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, serverName)));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority.certificate()));
      return new Identity(signed(builder, authority.key()), keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot make a certificate", e);
    }
  }

  private static Lifetime life(Instant now, Instant end) {
    return new Lifetime(now.truncatedTo(ChronoUnit.SECONDS), end.truncatedTo(ChronoUnit.SECONDS));
  }

  @SuppressWarnings("JavaUtilDate") // the library's type
  private static X509v3CertificateBuilder builder(Wanted wanted)
      throws GeneralSecurityException, IOException {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            wanted.issuer(),
            new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
            Date.from(wanted.life().notBefore()),
            Date.from(wanted.life().end()),
            wanted.subject(),
            wanted.key());
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(wanted.key()));
    return builder;
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }
}
