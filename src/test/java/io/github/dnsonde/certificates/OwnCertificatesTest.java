package io.github.dnsonde.certificates;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class OwnCertificatesTest {

  private static final String NAME = "dnsonde-controller.dnsonde.svc";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void theCertificateIsForTheNameAndSignedByTheAuthority() throws Exception {
    OwnCertificates made = OwnCertificates.made(NAME, START);
    X509Certificate leaf = certificates(made.certificate()).getFirst();
    assertAll(
        () ->
            assertEquals(List.of(List.of(2, NAME)), List.copyOf(leaf.getSubjectAlternativeNames())),
        () -> assertEquals(List.of("1.3.6.1.5.5.7.3.1"), leaf.getExtendedKeyUsage()),
        () -> assertEquals(-1, leaf.getBasicConstraints(), "it is no authority"),
        () -> assertEquals(START.plus(Duration.ofDays(90)), made.expiry()),
        () -> trusts(made.authorities(), made.certificate(), START),
        () -> trusts(made.authorities(), made.certificate(), START.minus(Duration.ofHours(23))));
  }

  @Test
  void nothingChangesWhileNothingIsDue() {
    OwnCertificates made = OwnCertificates.made(NAME, START);
    assertSame(made, made.renewed(NAME, START.plus(Duration.ofDays(59))));
  }

  @Test
  void theCertificateIsRenewedAfterTwoThirdsOfItsLife() throws Exception {
    OwnCertificates made = OwnCertificates.made(NAME, START);
    Instant due = START.plus(Duration.ofDays(60));
    OwnCertificates renewed = made.renewed(NAME, due);
    assertNotEquals(made.certificate(), renewed.certificate());
    assertEquals(made.authorities(), renewed.authorities());
    trusts(made.authorities(), renewed.certificate(), due);
  }

  @Test
  void anotherNameGetsAnotherCertificate() {
    OwnCertificates made = OwnCertificates.made(NAME, START);
    assertNotEquals(made.certificate(), made.renewed("other.dnsonde.svc", START).certificate());
  }

  @Test
  void aClientThatMissesARenewalForAnHourIsNeverCutOff() throws Exception {
    OwnCertificates now = OwnCertificates.made(NAME, START);
    String mounted = now.authorities();
    Instant mountedAt = START;
    int authorities = 0;
    for (Instant at = START; at.isBefore(START.plus(Duration.ofDays(2_000))); ) {
      OwnCertificates next = now.renewed(NAME, at);
      authorities += next.authorities().equals(now.authorities()) ? 0 : 1;
      now = next;
      trusts(mounted, now.certificate(), at); // with what was published an hour ago
      if (Duration.between(mountedAt, at).compareTo(OwnCertificates.OVERLAP) >= 0) {
        mounted = now.authorities();
        mountedAt = at;
      }
      boolean soon = now.expiry().isBefore(at.plus(Duration.ofDays(31)));
      at = at.plus(soon || authorities % 2 == 1 ? Duration.ofHours(2) : DAY);
    }
    assertTrue(authorities >= 2, "authorities were renewed: " + authorities);
  }

  @Test
  void aNewAuthorityIsPublishedAnHourBeforeItSigns() throws Exception {
    OwnCertificates made = OwnCertificates.made(NAME, START);
    Instant due = START.plus(Duration.ofDays(730));
    OwnCertificates published = made.renewed(NAME, due);
    OwnCertificates signing = published.renewed(NAME, due.plus(Duration.ofDays(61)));
    assertAll(
        () -> assertEquals(2, certificates(published.authorities()).size()),
        () -> trusts(made.authorities(), published.certificate(), due),
        () -> assertTrue(published.data().containsKey("previous-ca.key")),
        () -> assertFalse(signing.data().containsKey("previous-ca.key"), "its key is forgotten"),
        () -> assertEquals(2, certificates(signing.authorities()).size()),
        () ->
            assertThrows(
                GeneralSecurityException.class,
                () ->
                    trusts(
                        made.authorities(), signing.certificate(), due.plus(Duration.ofDays(61)))),
        () ->
            assertEquals(
                1,
                certificates(
                        signing.renewed(NAME, START.plus(Duration.ofDays(1_100))).authorities())
                    .size(),
                "an expired authority is dropped"));
  }

  @Test
  void whatIsStoredIsReadBack() throws Exception {
    Instant due = START.plus(Duration.ofDays(730));
    OwnCertificates made = OwnCertificates.made(NAME, START).renewed(NAME, due);
    OwnCertificates read = OwnCertificates.read(made.data());
    assertEquals(made.data(), read.data());
    assertSame(read, read.renewed(NAME, due));
  }

  @Test
  void whatCannotBeReadIsRefusedWithoutAKey() {
    OwnCertificates made = OwnCertificates.made(NAME, START);
    for (String key : made.data().keySet()) {
      for (String broken : List.of("", "text", "-----BEGIN PRIVATE KEY-----\nAAAA\n")) {
        Map<String, String> data = new HashMap<>(made.data());
        data.put(key, broken);
        GeneralSecurityException refusal =
            assertThrows(GeneralSecurityException.class, () -> OwnCertificates.read(data), key);
        assertFalse(String.valueOf(refusal.getMessage()).contains("AAAA"));
      }
    }
  }

  @SuppressWarnings("JavaUtilDate") // the JDK's parameter
  private static void trusts(String authorities, String certificate, Instant at) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(
            certificates(authorities).stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet()));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(certificates(certificate)),
            parameters);
  }

  private static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }
}
