package io.github.dnsonde.certificates;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server's certificate, and the authorities that clients should trust.
 *
 * <p>Each certificate is renewed after two thirds of its life. A new authority is published first,
 * next to the one before, and signs only after {@link #OVERLAP}: until then, some clients may not
 * have received it. The one before stays published until it expires; its key is forgotten when it
 * has signed its last certificate.
 */
public final class OwnCertificates {

  /**
   * The time for which a new authority is published before it signs. A kubelet updates a mounted
   * ConfigMap within two minutes.
   */
  static final Duration OVERLAP = Duration.ofHours(1);

  private static final String CA = "ca.crt";
  private static final String CA_KEY = "ca.key";
  private static final String PREVIOUS = "previous-ca.crt";
  private static final String PREVIOUS_KEY = "previous-ca.key";
  private static final String LEAF = "tls.crt";
  private static final String LEAF_KEY = "tls.key";

  /** The type of a subject alternative name that is a DNS name (RFC 5280 §4.2.1.6). */
  private static final Integer DNS_NAME = 2;

  private final Identity authority;
  private final Optional<Previous> previous;
  private final Identity leaf;

  /** An authority that has been replaced; without its key if it no longer signs. */
  private record Previous(X509Certificate certificate, Optional<Identity> signer) {}

  private OwnCertificates(Identity authority, Optional<Previous> previous, Identity leaf) {
    this.authority = requireNonNull(authority, "authority is null");
    this.previous = previous;
    this.leaf = requireNonNull(leaf, "leaf is null");
  }

  /** Makes an authority and a certificate. */
  public static OwnCertificates made(String serverName, Instant now) {
    Identity authority = Issuing.authority(now);
    return new OwnCertificates(
        authority, Optional.empty(), Issuing.leaf(authority, serverName, now));
  }

  /**
   * Reads certificates that {@link #data} has written.
   *
   * @throws GeneralSecurityException if they cannot be used; the message quotes no key
   */
  public static OwnCertificates read(Map<String, String> data) throws GeneralSecurityException {
    Optional<Previous> previous = Optional.empty();
    if (data.containsKey(PREVIOUS)) {
      X509Certificate certificate = PemText.certificate(data.get(PREVIOUS));
      previous =
          Optional.of(
              new Previous(
                  certificate,
                  data.containsKey(PREVIOUS_KEY)
                      ? Optional.of(new Identity(certificate, key(data, PREVIOUS_KEY)))
                      : Optional.empty()));
    }
    return new OwnCertificates(
        identity(data, CA, CA_KEY), previous, identity(data, LEAF, LEAF_KEY));
  }

  private static Identity identity(Map<String, String> data, String certificate, String key)
      throws GeneralSecurityException {
    return new Identity(PemText.certificate(data.getOrDefault(certificate, "")), key(data, key));
  }

  private static PrivateKey key(Map<String, String> data, String name)
      throws GeneralSecurityException {
    return PemText.key(data.getOrDefault(name, ""));
  }

  /** The content of the Secret, which {@link #read} understands. */
  public Map<String, String> data() {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(CA, PemText.of(authority.certificate()));
    data.put(CA_KEY, PemText.of(authority.key()));
    previous.ifPresent(old -> data.put(PREVIOUS, PemText.of(old.certificate())));
    previous
        .flatMap(Previous::signer)
        .ifPresent(old -> data.put(PREVIOUS_KEY, PemText.of(old.key())));
    data.put(LEAF, PemText.of(leaf.certificate()));
    data.put(LEAF_KEY, PemText.of(leaf.key()));
    return data;
  }

  /** The authorities that clients should trust, as PEM. */
  public String authorities() {
    return Stream.concat(
            Stream.of(authority.certificate()), previous.map(Previous::certificate).stream())
        .map(PemText::of)
        .collect(joining());
  }

  /** The server's certificate, as PEM. */
  public String certificate() {
    return PemText.of(leaf.certificate());
  }

  /** The private key of the server's certificate, as PEM. */
  public String key() {
    return PemText.of(leaf.key());
  }

  /** The time after which clients refuse the server's certificate. */
  public Instant expiry() {
    return leaf.lifetime().end();
  }

  /** The time after which clients refuse the newest authority. */
  public Instant authorityExpiry() {
    return authority.lifetime().end();
  }

  /**
   * Returns the certificates that should be in use now; this object if nothing is due.
   *
   * @param serverName the name that clients check
   */
  public OwnCertificates renewed(String serverName, Instant now) {
    return withoutEnded(now).withNewAuthority(now).withNewLeaf(serverName, now).withoutOldKey();
  }

  private OwnCertificates withoutEnded(Instant now) {
    return previous.filter(old -> Lifetime.of(old.certificate()).hasEnded(now)).isPresent()
        ? new OwnCertificates(authority, Optional.empty(), leaf)
        : this;
  }

  private OwnCertificates withNewAuthority(Instant now) {
    if (authority.isFresh(now)) {
      return this;
    }
    Optional<Previous> replaced =
        authority.lifetime().hasEnded(now)
            ? Optional.empty()
            : Optional.of(new Previous(authority.certificate(), Optional.of(authority)));
    return new OwnCertificates(Issuing.authority(now), replaced, leaf);
  }

  private OwnCertificates withNewLeaf(String serverName, Instant now) {
    boolean trusted = signers().anyMatch(signer -> signer.signed(leaf.certificate()));
    if (trusted && leaf.isFresh(now) && isFor(serverName)) {
      return this;
    }
    return new OwnCertificates(authority, previous, Issuing.leaf(signer(now), serverName, now));
  }

  private Stream<Identity> signers() {
    return Stream.concat(Stream.of(authority), previous.flatMap(Previous::signer).stream());
  }

  private Identity signer(Instant now) {
    boolean published = authority.lifetime().age(now).compareTo(OVERLAP) >= 0;
    return published ? authority : previous.flatMap(Previous::signer).orElse(authority);
  }

  private boolean isFor(String serverName) {
    try {
      Collection<List<?>> names = leaf.certificate().getSubjectAlternativeNames();
      return names != null && names.contains(List.of(DNS_NAME, serverName));
    } catch (CertificateParsingException _) {
      return false;
    }
  }

  /** Forgets the key of the previous authority after the newest one has signed. */
  private OwnCertificates withoutOldKey() {
    boolean needed = !authority.signed(leaf.certificate());
    return needed || previous.flatMap(Previous::signer).isEmpty()
        ? this
        : new OwnCertificates(
            authority,
            previous.map(old -> new Previous(old.certificate(), Optional.empty())),
            leaf);
  }
}
