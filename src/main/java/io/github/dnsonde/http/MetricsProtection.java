package io.github.dnsonde.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The protection of {@code /metrics}: TLS, and a token that clients must send. Both come from files
 * that are read again when they change. Both are optional.
 */
public final class MetricsProtection {

  /** No protection: plain HTTP, open to everyone. */
  public static final MetricsProtection NONE =
      new MetricsProtection(Optional.empty(), Optional.empty());

  private static final String TOKEN = "http.bearer-token-file";

  private final Optional<Reloaded<ServerCertificate>> certificate;
  private final Optional<Reloaded<BearerToken>> token;

  private MetricsProtection(
      Optional<Reloaded<ServerCertificate>> certificate, Optional<Reloaded<BearerToken>> token) {
    this.certificate = certificate;
    this.token = token;
  }

  /** PEM files with a certificate chain and its private key. */
  public record KeyPair(Path certificate, Path key) {
    public KeyPair {
      requireNonNull(certificate, "certificate is null");
      requireNonNull(key, "key is null");
    }
  }

  /**
   * Reads the files.
   *
   * @param tls empty for no TLS
   * @param token the file of the token; empty if none is required
   * @throws IOException if a file cannot be used; the message states which, why, and what to do
   */
  public static MetricsProtection load(Optional<KeyPair> tls, Optional<Path> token)
      throws IOException {
    return new MetricsProtection(
        tls.isPresent() ? Optional.of(certificate(tls.get())) : Optional.empty(),
        token.isPresent() ? Optional.of(token(token.get())) : Optional.empty());
  }

  private static Reloaded<ServerCertificate> certificate(KeyPair files) throws IOException {
    SecretFile certificate = new SecretFile("http.tls.certificate", files.certificate());
    SecretFile key = new SecretFile("http.tls.key", files.key());
    return new Reloaded<>(
        List.of(certificate, key),
        contents -> ServerCertificate.of(certificate, contents.get(0), key, contents.get(1)));
  }

  private static Reloaded<BearerToken> token(Path path) throws IOException {
    SecretFile file = new SecretFile(TOKEN, path);
    return new Reloaded<>(List.of(file), contents -> BearerToken.of(file, contents.getFirst()));
  }

  /** The certificate for clients; empty for plain HTTP. */
  Optional<Supplier<ServerCertificate>> certificate() {
    return certificate.map(reloaded -> reloaded);
  }

  /** Returns true if a request may read {@code /metrics}, by its Authorization headers. */
  boolean admits(List<String> authorization) {
    return token.isEmpty() || token.get().get().isIn(authorization);
  }

  /** The scheme of the listener: {@code http} or {@code https}. */
  public String scheme() {
    return certificate.isPresent() ? "https" : "http";
  }

  /** The expiry of the current certificate; empty without TLS. */
  public Optional<Instant> certificateExpiry() {
    return certificate.map(reloaded -> reloaded.get().expiry());
  }

  /** Returns true if the current content of all files is in force. */
  public boolean upToDate() {
    return certificate.map(Reloaded::upToDate).orElse(true)
        && token.map(Reloaded::upToDate).orElse(true);
  }

  /** Checks the files for changes; called by one thread, every second or two. */
  public List<News> check() {
    return Stream.concat(
            news("certificate and key", certificate.flatMap(Reloaded::look)),
            news("token", token.flatMap(Reloaded::look)))
        .toList();
  }

  private static Stream<News> news(String what, Optional<Reloaded.Change> change) {
    return change.stream()
        .map(
            found ->
                switch (found) {
                  case Reloaded.Change.Adopted() -> new News.Adopted(what);
                  case Reloaded.Change.Refused(String why) -> new News.Refused(what, why);
                });
  }

  /** The result of a change of the files. */
  public sealed interface News {

    /** The new content is in force. */
    record Adopted(String what) implements News {
      public Adopted {
        requireNonNull(what, "what is null");
      }
    }

    /** The new content cannot be used; the content before stays in force. */
    record Refused(String what, String why) implements News {
      public Refused {
        requireNonNull(what, "what is null");
        requireNonNull(why, "why is null");
      }
    }
  }
}
