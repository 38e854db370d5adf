package io.github.dnsonde.http;

import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The certificate of the listener for reports, which changes while it runs. Thread-safe.
 *
 * <p>It comes from files that are read again, or is set by the program.
 */
public final class ListenerCertificate {

  private static final SecretFile CERTIFICATE_IN_MEMORY =
      new SecretFile("controller.certificate", Path.of("tls.crt"));
  private static final SecretFile KEY_IN_MEMORY =
      new SecretFile("controller.certificate", Path.of("tls.key"));

  private final Optional<Reloaded<ServerCertificate>> files;
  private volatile Optional<ServerCertificate> current = Optional.empty();

  private ListenerCertificate(Optional<Reloaded<ServerCertificate>> files) {
    this.files = files;
  }

  /** Creates one that is set later. Until then, no TLS handshake succeeds. */
  public static ListenerCertificate unset() {
    return new ListenerCertificate(Optional.empty());
  }

  /**
   * Reads files.
   *
   * @param folder contains {@code tls.crt} and {@code tls.key}
   * @param key the configuration key that names the folder
   * @throws IOException if they cannot be used; the message states why, and what to do
   */
  public static ListenerCertificate inFolder(String key, Path folder) throws IOException {
    SecretFile certificate = new SecretFile(key, folder.resolve("tls.crt"));
    SecretFile privateKey = new SecretFile(key, folder.resolve("tls.key"));
    return new ListenerCertificate(
        Optional.of(
            new Reloaded<>(
                List.of(certificate, privateKey),
                contents ->
                    ServerCertificate.of(
                        certificate, contents.get(0), privateKey, contents.get(1)))));
  }

  /**
   * Sets the certificate.
   *
   * @throws IOException if it cannot be used
   */
  public void set(String certificate, String key) throws IOException {
    current =
        Optional.of(
            ServerCertificate.of(
                CERTIFICATE_IN_MEMORY,
                certificate.getBytes(StandardCharsets.US_ASCII),
                KEY_IN_MEMORY,
                key.getBytes(StandardCharsets.US_ASCII)));
  }

  /**
   * Reads changed files. Returns the reason why a change was refused; the content before stays in
   * force then.
   */
  public Optional<String> check() {
    return files
        .flatMap(Reloaded::look)
        .flatMap(
            change ->
                switch (change) {
                  case Reloaded.Change.Adopted() -> Optional.empty();
                  case Reloaded.Change.Refused(String why) -> Optional.of(why);
                });
  }

  /** The time after which clients refuse it; empty while there is none. */
  public Optional<Instant> expiry() {
    return now().map(ServerCertificate::expiry);
  }

  private Optional<ServerCertificate> now() {
    return files.map(Reloaded::get).or(() -> current);
  }

  Supplier<ServerCertificate> supplier() {
    return () ->
        now().orElseThrow(() -> new CloseConnectionException("there is no certificate yet"));
  }
}
