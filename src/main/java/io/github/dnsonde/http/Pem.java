package io.github.dnsonde.http;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys as text (RFC 7468), in the forms that OpenSSL and cert-manager
 * write.
 */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

  /** The older form (RFC 1421 §4.6.1.1). */
  private static final String ENCRYPTED_BY_HEADER = "Proc-Type: 4,ENCRYPTED";

  /** RSA keys by RFC 8017 appendix C, EC keys by RFC 5915. */
  private static final Set<String> OF_ONE_ALGORITHM = Set.of("RSA PRIVATE KEY", "EC PRIVATE KEY");

  /** Tags of ASN.1 (X.690 §8.9, §8.7, §8.3). */
  private static final int SEQUENCE = 0x30;

  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  private Pem() {}

  /** A block of a file. */
  private record Block(String label, String base64) {
    byte[] content() {
      return Base64.getDecoder().decode(base64);
    }
  }

  /**
   * Reads a chain of certificates, the server's own first.
   *
   * @throws UnusableSecretException if there is no certificate, or an unreadable one
   */
  static List<X509Certificate> certificates(SecretFile file, byte[] octets)
      throws UnusableSecretException {
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      List<X509Certificate> chain = new ArrayList<>();
      for (Block block : blocks(octets)) {
        if (block.label().equals(CERTIFICATE)) {
          chain.add(
              (X509Certificate)
                  x509.generateCertificate(new ByteArrayInputStream(block.content())));
        }
      }
      if (chain.isEmpty()) {
        throw file.unusable("no certificate", "a PEM file with '-----BEGIN CERTIFICATE-----'");
      }
      return chain;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw file.unusable(
          "a certificate that cannot be read (" + e.getMessage() + ")", "X.509 in PEM");
    }
  }

  /**
   * Reads the first private key.
   *
   * @param owner the public key that it should belong to, which determines its algorithm
   * @throws UnusableSecretException if there is no key, or an unreadable one
   */
  static PrivateKey key(SecretFile file, byte[] octets, PublicKey owner)
      throws UnusableSecretException {
    if (text(octets).contains(ENCRYPTED) || text(octets).contains(ENCRYPTED_BY_HEADER)) {
      throw file.unusable(
          "an encrypted key", "a key without a passphrase, as written by 'openssl pkey -in FILE'");
    }
    try {
      for (Block block : blocks(octets)) {
        if (block.label().equals(PKCS8)) {
          return key(block.content(), owner);
        }
        if (OF_ONE_ALGORITHM.contains(block.label())) {
          return key(asPkcs8(block.content(), owner), owner);
        }
      }
    } catch (GeneralSecurityException
        | IllegalArgumentException _) { // its message may quote the key
      throw file.unusable(
          "a key that cannot be read as " + owner.getAlgorithm() + ", the certificate's algorithm",
          "the private key of the certificate, as PEM in PKCS #8, PKCS #1 or SEC 1");
    }
    throw file.unusable("no private key", "a PEM file with '-----BEGIN PRIVATE KEY-----'");
  }

  private static PrivateKey key(byte[] pkcs8, PublicKey owner) throws GeneralSecurityException {
    return KeyFactory.getInstance(owner.getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  private static List<Block> blocks(byte[] octets) {
    Matcher matcher = BLOCK.matcher(text(octets));
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2).replaceAll("\\s", "")));
    }
    return blocks;
  }

  /**
   * Wraps a key of one algorithm with the name of that algorithm (RFC 5958 §2). The public key (RFC
   * 5280 §4.1, SubjectPublicKeyInfo) begins with the same name, so it is copied from there.
   */
  private static byte[] asPkcs8(byte[] key, PublicKey owner) {
    ByteBuffer info = ByteBuffer.wrap(owner.getEncoded());
    skipHeader(info);
    ByteBuffer algorithm = info.duplicate();
    int length = skipHeader(info);
    algorithm.limit(info.position() + length);
    byte[] identifier = new byte[algorithm.remaining()];
    algorithm.get(identifier);
    return der(SEQUENCE, VERSION_0, identifier, der(OCTET_STRING, key));
  }

  /** Reads a tag and a length (X.690 §8.1.3), and returns the length. */
  private static int skipHeader(ByteBuffer der) {
    der.get();
    int first = Byte.toUnsignedInt(der.get());
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << Byte.SIZE | Byte.toUnsignedInt(der.get());
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer out = ByteBuffer.allocate(1 + 5 + length);
    out.put((byte) tag).put((byte) 0x84).putInt(length); // always four octets of length
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }
}
