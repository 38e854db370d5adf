package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.TextMap;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Letters;
import io.github.dnsonde.config.yaml.OptionalPath;
import io.github.dnsonde.config.yaml.Value;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The section {@code controller.prometheus}: where the longer history is read. */
final class PrometheusSection {

  /** Headers that the client sets itself (RFC 9110, RFC 9112). */
  private static final Set<String> OWN =
      Set.of(
          "authorization",
          "host",
          "accept",
          "accept-encoding",
          "connection",
          "content-length",
          "transfer-encoding",
          "user-agent");

  private static final Scalar<Optional<URI>> URL =
      Scalar.of(
          "url",
          new OptionalUrl(),
          "''",
          "Prometheus, or something with the same API, that has the metrics of the agents: its"
              + " address before `/api/v1`. The page then shows up to 30 days of a namespace. If"
              + " empty, it shows the 24 hours that the controller remembers.");
  private static final Scalar<Optional<Path>> TOKEN =
      Scalar.of(
          "token-file",
          new OptionalPath(),
          "''",
          "File of a bearer token for it, read for each query. Only with `https`.");
  private static final Scalar<Optional<Path>> AUTHORITIES =
      Scalar.of(
          "ca-file",
          new OptionalPath(),
          "''",
          "PEM file of the authorities that may sign its certificate, read again when it changes."
              + " If empty: those of the system.");
  private static final TextMap HEADERS =
      new TextMap(
          "headers",
          "header",
          new Letters(
              "header name",
              "the name of a header such as X-Scope-OrgID",
              Pattern.compile("[A-Za-z0-9-]{1,64}")),
          new Letters(
              "header value",
              "a header's value: at most 1024 printable characters of ASCII",
              Pattern.compile("[!-~](?:[ -~]{0,1022}[!-~])?")),
          "{}",
          "Further headers of each query, such as `X-Scope-OrgID`. They are no place for secrets.");
  private static final TextMap MATCHERS =
      new TextMap(
          "matchers",
          "label",
          new Letters(
              "label name",
              "the name of a label of Prometheus such as cluster",
              Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}")),
          new Letters(
              "label value",
              "a label's value: at most 256 characters",
              Pattern.compile(".{1,256}")),
          "{}",
          "Labels that each series must have, such as `cluster: a` where one Prometheus has several"
              + " clusters.");

  static final Section<Optional<Config.Prometheus>> SECTION =
      Section.of("prometheus", PrometheusSection::make, URL, TOKEN, AUTHORITIES, HEADERS, MATCHERS)
          .checked(PrometheusSection::check);

  private PrometheusSection() {}

  private static Optional<Config.Prometheus> make(Values in) {
    return in.get(URL)
        .map(
            url ->
                new Config.Prometheus(
                    url, in.get(TOKEN), in.get(AUTHORITIES), in.get(HEADERS), in.get(MATCHERS)));
  }

  private static void check(Values in) {
    Value<Optional<Path>> token = in.scalar(TOKEN);
    boolean plain =
        in.given(URL).flatMap(url -> url).filter(url -> url.getScheme().equals("http")).isPresent();
    if (plain && token.sound().flatMap(file -> file).isPresent()) {
      in.mistake(
          token.line(),
          in.path(TOKEN),
          token.quoted(),
          "nothing, because everybody on the way of plain HTTP could read the token: use https");
    }
    in.texts(HEADERS)
        .forEach(
            (name, value) -> {
              if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
                in.mistake(
                    value.line(),
                    in.path(HEADERS) + "." + name,
                    "a header that the controller sets itself",
                    "another one; a token belongs in " + in.path(TOKEN));
              }
            });
  }
}
