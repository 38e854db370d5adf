package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates, keys and tokens as found in files, and their changes. */
class SecretFilesTest {

  private static final IssuedCertificate EC = IssuedCertificate.ec();
  private static final IssuedCertificate OTHER_EC = IssuedCertificate.ec();
  private static final IssuedCertificate RSA = IssuedCertificate.rsa();

  @TempDir private Path folder;

  /** A certificate and a key, and the expected error; empty if they can be used. */
  record Pair(String name, String certificate, String key, String complaint) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Pair> pairs() {
    String ecKey = EC.keyPem();
    return Stream.of(
        new Pair("EC in SEC 1", EC.certificatePem(), ecKey, ""),
        new Pair("EC in PKCS #8", EC.certificatePem(), EC.pkcs8Pem(), ""),
        new Pair("RSA in PKCS #1", RSA.certificatePem(), RSA.keyPem(), ""),
        new Pair("RSA in PKCS #8", RSA.certificatePem(), RSA.pkcs8Pem(), ""),
        new Pair("a chain", EC.certificatePem() + "\n# CA\n" + RSA.certificatePem(), ecKey, ""),
        new Pair(
            "with parameters of the curve",
            EC.certificatePem(),
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + ecKey,
            ""),
        new Pair("lines that end in CR LF", EC.certificatePem().replace("\n", "\r\n"), ecKey, ""),
        new Pair(
            "an empty certificate",
            "",
            ecKey,
            "tls.crt (http.tls.certificate): found no certificate, expected a PEM file with"
                + " '-----BEGIN CERTIFICATE-----'"),
        new Pair(
            "a key in place of the certificate",
            ecKey,
            ecKey,
            "tls.crt (http.tls.certificate): found no certificate, expected a PEM file with"
                + " '-----BEGIN CERTIFICATE-----'"),
        new Pair(
            "a certificate cut short",
            EC.certificatePem().replaceFirst("(?s)\n.{64}\n", "\n"),
            ecKey,
            "tls.crt (http.tls.certificate): found a certificate that cannot be read"),
        new Pair(
            "no Base64",
            "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
            ecKey,
            "tls.crt (http.tls.certificate): found a certificate that cannot be read"),
        new Pair(
            "no key",
            EC.certificatePem(),
            EC.certificatePem(),
            "tls.key (http.tls.key): found no private key, expected a PEM file with"
                + " '-----BEGIN PRIVATE KEY-----'"),
        new Pair(
            "the key of another certificate",
            EC.certificatePem(),
            OTHER_EC.keyPem(),
            "tls.key (http.tls.key): found the key of another certificate, expected the key of"),
        new Pair(
            "a key of another algorithm",
            EC.certificatePem(),
            RSA.pkcs8Pem(),
            "tls.key (http.tls.key): found a key that cannot be read as EC, the certificate's"
                + " algorithm, expected"),
        new Pair(
            "an encrypted key",
            EC.certificatePem(),
            ecKey.replaceAll("EC PRIVATE", "ENCRYPTED PRIVATE"),
            "tls.key (http.tls.key): found an encrypted key, expected a key without a"
                + " passphrase, as written by 'openssl pkey -in FILE'"),
        new Pair(
            "a key that is encrypted in the older way",
            EC.certificatePem(),
            ecKey.replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"),
            "tls.key (http.tls.key): found an encrypted key, expected a key without a"
                + " passphrase, as written by 'openssl pkey -in FILE'"));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aCertificateAndItsKeyAreUsedOrReportedAsWrong(Pair pair) throws IOException {
    MetricsProtection.KeyPair files = written(EC);
    Files.writeString(files.certificate(), pair.certificate());
    Files.writeString(files.key(), pair.key());
    if (pair.complaint().isEmpty()) {
      MetricsProtection protection = load(files);
      assertEquals(Optional.of(IssuedCertificate.EXPIRY), protection.certificateExpiry());
      assertEquals("https", protection.scheme());
    } else {
      String said = complaint(() -> load(files));
      assertTrue(said.startsWith(folder + "/" + pair.complaint()), said);
      assertFalse(said.contains("MII") || said.contains("MHc"), "quotes the key: " + said);
    }
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    MetricsProtection.KeyPair files = written(EC);
    Files.delete(files.key());
    assertEquals(
        files.key()
            + " (http.tls.key): found no such file, expected a readable file: mount the Secret, or"
            + " fix the path",
        complaint(() -> load(files)));
    assertEquals(
        folder
            + " (http.bearer-token-file): found a read error (Is a directory), expected a"
            + " readable file",
        complaint(() -> MetricsProtection.load(Optional.empty(), Optional.of(folder))));
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    Path file = Files.write(folder.resolve("token"), new byte[(1 << 20) + 1]);
    assertEquals(
        file + " (http.bearer-token-file): found more than 1 MiB, expected a file of at most 1 MiB",
        complaint(() -> MetricsProtection.load(Optional.empty(), Optional.of(file))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "two words", "a\nb", "päss", "a=b", "\u0000"})
  void textThatIsNotATokenIsRefused(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), text);
    String said = complaint(() -> MetricsProtection.load(Optional.empty(), Optional.of(file)));
    assertTrue(said.startsWith(file + " (http.bearer-token-file): found "), said);
    assertFalse(text.isBlank() ? said.contains("text") : said.contains(text), "quotes it: " + said);
  }

  @Test
  void aChangedTokenIsAdoptedAfterTwoChecks() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "first\n");
    MetricsProtection protection = MetricsProtection.load(Optional.empty(), Optional.of(file));
    assertEquals(List.of(), protection.check());
    assertTrue(protection.admits(List.of("Bearer first")));
    Files.writeString(file, "second");
    assertEquals(List.of(), protection.check());
    assertEquals(List.of(new MetricsProtection.News.Adopted("token")), protection.check());
    assertTrue(protection.admits(List.of("Bearer second")));
    assertFalse(protection.admits(List.of("Bearer first")));
    assertEquals(List.of(), protection.check());
  }

  /** Replaces a link to a folder by a link to another folder, as the kubelet does. */
  @Test
  void aSecretThatIsRotatedByItsLinkIsAdopted() throws IOException {
    EC.write(folder.resolve("1"));
    Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("1"));
    MetricsProtection.KeyPair files =
        new MetricsProtection.KeyPair(
            Files.createSymbolicLink(folder.resolve("tls.crt"), Path.of("..data/tls.crt")),
            Files.createSymbolicLink(folder.resolve("tls.key"), Path.of("..data/tls.key")));
    MetricsProtection protection = load(files);
    ServerCertificate before = protection.certificate().orElseThrow().get();
    RSA.write(folder.resolve("2"));
    Files.move(
        Files.createSymbolicLink(folder.resolve("..tmp"), Path.of("2")),
        data,
        StandardCopyOption.ATOMIC_MOVE);
    protection.check();
    assertEquals(
        List.of(new MetricsProtection.News.Adopted("certificate and key")), protection.check());
    assertNotEquals(before, protection.certificate().orElseThrow().get());
  }

  @Test
  void aBadSecretIsReportedOnceAndLeavesTheOldOneInForce() throws IOException {
    MetricsProtection.KeyPair files = written(EC);
    MetricsProtection protection = load(files);
    ServerCertificate before = protection.certificate().orElseThrow().get();
    Files.writeString(files.certificate(), OTHER_EC.certificatePem());
    assertEquals(List.of(), protection.check(), "half of a change counts at once");
    List<MetricsProtection.News> news = protection.check();
    assertTrue(
        news.size() == 1
            && news.getFirst() instanceof MetricsProtection.News.Refused(String what, String why)
            && what.equals("certificate and key")
            && why.contains("the key of another certificate"),
        news.toString());
    assertFalse(protection.upToDate());
    assertEquals(List.of(), protection.check());
    assertEquals(before, protection.certificate().orElseThrow().get());

    Files.delete(files.certificate());
    protection.check();
    assertEquals(1, protection.check().size(), "a missing file is another error");
    assertEquals(before, protection.certificate().orElseThrow().get());

    written(EC);
    protection.check();
    assertEquals(
        List.of(new MetricsProtection.News.Adopted("certificate and key")), protection.check());
    assertTrue(protection.upToDate());
  }

  @Test
  void oldProtocolsAndOtherApplicationProtocolsAreNotOffered() throws IOException {
    ServerCertificate shown = load(written(EC)).certificate().orElseThrow().get();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
        SSLSocket tls = shown.server(client)) {
      assertEquals(List.of("TLSv1.3", "TLSv1.2"), List.of(tls.getEnabledProtocols()));
      assertEquals(List.of("http/1.1"), List.of(tls.getSSLParameters().getApplicationProtocols()));
    }
    assertEquals(64, shown.context().getServerSessionContext().getSessionCacheSize());
  }

  private MetricsProtection.KeyPair written(IssuedCertificate issued) throws IOException {
    issued.write(folder);
    return new MetricsProtection.KeyPair(folder.resolve("tls.crt"), folder.resolve("tls.key"));
  }

  private static MetricsProtection load(MetricsProtection.KeyPair files) throws IOException {
    return MetricsProtection.load(Optional.of(files), Optional.empty());
  }

  private static String complaint(Executable load) {
    return String.valueOf(assertThrows(IOException.class, load).getMessage());
  }
}
