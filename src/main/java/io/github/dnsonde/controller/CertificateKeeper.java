package io.github.dnsonde.controller;

import io.github.dnsonde.certificates.OwnCertificates;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.http.ListenerCertificate;
import io.github.dnsonde.kube.ControllerCluster;
import io.github.dnsonde.kube.ControllerCluster.Stored;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the certificate of the report listener, and publishes the authorities that agents trust.
 *
 * <p>Renewed certificates are stored before they are used, and a new authority is published before
 * it signs: a controller that is killed at any moment continues from there.
 */
final class CertificateKeeper {

  private static final String CA = "ca.crt";

  private static final Log LOG = Log.named("controller");

  private final ControllerCluster cluster;
  private final Config.Controller settings;
  private final ListenerCertificate shown;
  private final Ticker ticker;
  private final LineLimit failures;
  private Optional<OwnCertificates> own = Optional.empty();
  private volatile Optional<Instant> authorityExpiry = Optional.empty();
  private volatile Optional<String> authorities = Optional.empty();

  private CertificateKeeper(
      ControllerCluster cluster,
      Config.Controller settings,
      ListenerCertificate shown,
      Ticker ticker) {
    this.cluster = cluster;
    this.settings = settings;
    this.shown = shown;
    this.ticker = ticker;
    this.failures = new LineLimit(ticker);
  }

  /**
   * Reads the certificates of others, if the settings name their folder.
   *
   * @throws IOException if they cannot be used; the message says why, and what to do
   */
  static CertificateKeeper of(ControllerCluster cluster, Config.Controller settings, Ticker ticker)
      throws IOException {
    Optional<Path> folder = settings.certificates().folder();
    ListenerCertificate shown =
        folder.isPresent()
            ? ListenerCertificate.inFolder("controller.certificates.folder", folder.get())
            : ListenerCertificate.unset();
    return new CertificateKeeper(cluster, settings, shown, ticker);
  }

  /** The certificate of the listener. */
  ListenerCertificate shown() {
    return shown;
  }

  /** The times after which agents refuse the certificates. */
  Map<String, Instant> expiry() {
    Map<String, Instant> expiry = new HashMap<>();
    shown.expiry().ifPresent(end -> expiry.put("leaf", end));
    authorityExpiry.ifPresent(end -> expiry.put("authority", end));
    return expiry;
  }

  /**
   * The authorities that agents and API servers should trust, in PEM; empty until there are some.
   */
  Optional<String> authorities() {
    return authorities;
  }

  /** Renews and publishes what is due. Called by one thread, every half minute. */
  void turn() {
    try {
      Optional<Path> folder = settings.certificates().folder();
      if (folder.isPresent()) {
        others(folder.get());
      } else {
        own();
      }
    } catch (IOException failure) {
      failures.event();
      if (failures.take() > 0) {
        LOG.warn(
            Event.of("certificates could not be kept; will be tried again")
                .with("why", String.valueOf(failure.getMessage())));
      }
    }
  }

  private void others(Path folder) throws IOException {
    shown
        .check()
        .ifPresent(
            why ->
                LOG.error(
                    Event.of("changed certificate refused; the previous one stays in force")
                        .with("mistake", why)));
    publish(Files.readString(folder.resolve(CA)));
  }

  private void own() throws IOException {
    NamespacedName secret =
        new NamespacedName(settings.service().namespace(), settings.certificates().secret());
    Stored stored = cluster.secret(secret);
    Optional<OwnCertificates> before = read(stored);
    OwnCertificates due =
        before
            .map(certificates -> certificates.renewed(settings.serverName(), ticker.now()))
            .orElseGet(() -> OwnCertificates.made(settings.serverName(), ticker.now()));
    if (!due.data().equals(stored.values())) {
      cluster.replaceSecret(secret, stored, due.data());
      LOG.info(Event.of("certificates renewed").with("expiry", due.expiry().toString()));
    }
    if (before.filter(known -> known.authorities().equals(due.authorities())).isPresent()) {
      show(due); // agents have its authority, whether or not it can be published again
    }
    publish(due.authorities());
    show(due);
  }

  private void show(OwnCertificates due) throws IOException {
    if (own.filter(before -> before.certificate().equals(due.certificate())).isEmpty()) {
      shown.set(due.certificate(), due.key());
    }
    own = Optional.of(due);
    authorityExpiry = Optional.of(due.authorityExpiry());
  }

  /** Returns the stored certificates; empty if there are none yet, or they cannot be used. */
  private static Optional<OwnCertificates> read(Stored stored) {
    if (stored.values().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OwnCertificates.read(stored.values()));
    } catch (GeneralSecurityException unusable) {
      LOG.error(
          Event.of("the stored certificates cannot be used; new ones are made")
              .with("why", String.valueOf(unusable.getMessage())));
      return Optional.empty();
    }
  }

  private void publish(String present) throws IOException {
    authorities = Optional.of(present);
    NamespacedName configMap =
        new NamespacedName(settings.agents().namespace(), settings.certificates().configMap());
    Stored stored = cluster.configMap(configMap);
    if (!stored.values().equals(Map.of(CA, present))) {
      cluster.replaceConfigMap(configMap, stored, Map.of(CA, present));
      LOG.info(Event.of("certificate authorities published"));
    }
  }
}
