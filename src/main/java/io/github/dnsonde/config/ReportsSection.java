package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.OptionalPath;
import io.github.dnsonde.config.yaml.Value;
import io.github.dnsonde.probe.NamespacedName;
import java.nio.file.Path;
import java.util.Optional;

/** The section {@code reports}: the controller that an agent reports to. */
final class ReportsSection {

  private static final Scalar<String> SERVICE =
      Scalar.of(
              "service",
              new ObjectName(0, ObjectName.MAX_LABEL, "dnsonde-controller"),
              "''",
              "Service of the controller that the agent reports to, in mode `node`. Its address is"
                  + " read from the Kubernetes API, never from DNS. If empty, there are no"
                  + " reports.")
          .fixedAtStart();
  private static final Scalar<String> NAMESPACE =
      Scalar.of(
              "namespace",
              new ObjectName(1, ObjectName.MAX_LABEL, "dnsonde"),
              new Default.Variable("POD_NAMESPACE", "default"),
              "Namespace of that Service. The controller's certificate must be for"
                  + " `SERVICE.NAMESPACE.svc`.")
          .fixedAtStart();
  private static final Scalar<Optional<Path>> CA_FILE =
      Scalar.of(
              "ca-file",
              new OptionalPath(),
              "''",
              "PEM file of the authorities that may sign that certificate. Required with"
                  + " `reports.service`; may appear later, and is read for each report.")
          .fixedAtStart();
  private static final Scalar<Optional<Path>> TOKEN_FILE =
      Scalar.of(
              "token-file",
              new OptionalPath(),
              "''",
              "File of a projected service account token for the audience `dnsonde-controller`."
                  + " Required with `reports.service`, and read for each report.")
          .fixedAtStart();

  static final Section<Optional<Config.Reports>> SECTION =
      Section.of("reports", ReportsSection::make, SERVICE, NAMESPACE, CA_FILE, TOKEN_FILE)
          .checked(ReportsSection::filesGiven);

  private ReportsSection() {}

  private static Optional<Config.Reports> make(Values in) {
    return in.get(SERVICE).isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Config.Reports(
                new NamespacedName(in.get(NAMESPACE), in.get(SERVICE)),
                in.get(CA_FILE).orElseThrow(),
                in.get(TOKEN_FILE).orElseThrow()));
  }

  private static void filesGiven(Values in) {
    if (in.scalar(SERVICE).sound().filter(name -> !name.isEmpty()).isPresent()) {
      given(in, CA_FILE);
      given(in, TOKEN_FILE);
    }
  }

  private static void given(Values in, Scalar<Optional<Path>> key) {
    Value<Optional<Path>> value = in.scalar(key);
    if (value.sound().filter(Optional::isEmpty).isPresent()) {
      in.mistake(
          value.given() ? value.line() : in.line(),
          in.path(key),
          "nothing",
          "the path of a file: reports.service needs it");
    }
  }
}
