package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.OptionalPath;
import io.github.dnsonde.config.yaml.Value;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** The section {@code http}: the addresses that the agent listens on. */
final class HttpSection {

  private static final Scalar<InetSocketAddress> METRICS =
      Scalar.of(
              "metrics",
              new ListenAddress(),
              "':9053'",
              "The address for `/metrics`, `/livez` and `/readyz`. Without a host: all addresses.")
          .fixedAtStart();
  private static final Scalar<Optional<InetSocketAddress>> HEALTH =
      Scalar.of(
              "health",
              new OptionalListenAddress(),
              "''",
              "A second address for `/livez` and `/readyz`, always without TLS. Clients of"
                  + " `http.metrics` cannot use up its connections. If empty, there is none.")
          .fixedAtStart();

  private static final Scalar<Optional<Path>> CERTIFICATE =
      Scalar.of(
              "certificate",
              new OptionalPath(),
              "''",
              "PEM file of the certificate chain for `http.metrics`, with TLS 1.2 or newer. If"
                  + " empty, it serves plain HTTP. New content of the file is used within seconds,"
                  + " unlike a new path.")
          .fixedAtStart();
  private static final Scalar<Optional<Path>> KEY =
      Scalar.of(
              "key",
              new OptionalPath(),
              "''",
              "PEM file of the certificate's private key, without a passphrase. Required with"
                  + " `http.tls.certificate`, and reloaded like that.")
          .fixedAtStart();

  private static final Section<Optional<Config.Tls>> TLS =
      Section.of("tls", HttpSection::tls, CERTIFICATE, KEY)
          .checked(HttpSection::certificateWithKey);

  private static final Scalar<Optional<Path>> BEARER_TOKEN_FILE =
      Scalar.of(
              "bearer-token-file",
              new OptionalPath(),
              "''",
              "File of the token that clients must send to read `/metrics`. If empty, everyone may"
                  + " read it. New content of the file is used within seconds, unlike a new path.")
          .fixedAtStart();
  private static final Scalar<InetSocketAddress> API =
      Scalar.of(
              "api",
              new ListenAddress(),
              "127.0.0.1:9054",
              "The address for `/` and `/api`. They have no login: keep it on loopback.")
          .fixedAtStart();

  static final Section<Config.Http> SECTION =
      Section.of("http", HttpSection::make, METRICS, HEALTH, TLS, BEARER_TOKEN_FILE, API)
          .checked(HttpSection::addressesDiffer);

  private HttpSection() {}

  private static Config.Http make(Values in) {
    return new Config.Http(
        in.get(METRICS), in.get(HEALTH), in.get(TLS), in.get(BEARER_TOKEN_FILE), in.get(API));
  }

  private static Optional<Config.Tls> tls(Values in) {
    return in.get(CERTIFICATE).map(file -> new Config.Tls(file, in.get(KEY).orElseThrow()));
  }

  private static void certificateWithKey(Values in) {
    notAlone(in, KEY, CERTIFICATE);
    notAlone(in, CERTIFICATE, KEY);
  }

  private static void notAlone(
      Values in, Scalar<Optional<Path>> missing, Scalar<Optional<Path>> other) {
    Value<Optional<Path>> value = in.scalar(missing);
    if (value.sound().filter(Optional::isEmpty).isPresent()
        && in.scalar(other).sound().filter(Optional::isPresent).isPresent()) {
      in.mistake(
          value.given() ? value.line() : in.line(),
          in.path(missing),
          "nothing",
          "the path of a file: give both the certificate and its key, or neither");
    }
  }

  private static void addressesDiffer(Values in) {
    Listener metrics = new Listener(in.path(METRICS), in.scalar(METRICS), in.given(METRICS));
    Listener health =
        new Listener(
            in.path(HEALTH), in.scalar(HEALTH), in.given(HEALTH).flatMap(address -> address));
    Listener api = new Listener(in.path(API), in.scalar(API), in.given(API));
    differ(in, metrics, api);
    differ(in, metrics, health);
    differ(in, api, health);
  }

  /** A key's path, its value, and the address in it. */
  private record Listener(String path, Value<?> value, Optional<InetSocketAddress> address) {}

  private static void differ(Values in, Listener first, Listener second) {
    boolean clash =
        first.address().isPresent()
            && second.address().isPresent()
            && clash(first.address().get(), second.address().get());
    if (clash) {
      boolean secondGiven = second.value().given();
      Listener here = secondGiven ? second : first;
      Listener there = secondGiven ? first : second;
      in.mistake(
          here.value().line(),
          here.path(),
          here.value().quoted(),
          "another port than " + there.path() + ", " + there.value().shown());
    }
  }

  private static boolean clash(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() != 0
        && one.getPort() == other.getPort()
        && (one.getAddress().isAnyLocalAddress()
            || other.getAddress().isAnyLocalAddress()
            || one.getAddress().equals(other.getAddress()));
  }
}
