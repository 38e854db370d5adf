package io.github.dnsonde.config;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.ProbeDeployment;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.TextMap;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.TimeSpan;
import io.github.dnsonde.config.yaml.Value;
import java.time.Duration;
import java.util.Optional;

/** The section {@code probe-pods}: the pods that {@code dnsonde probe-pods} keeps. */
final class ProbePodsSection {

  private static final ScalarList<Glob> INCLUDE =
      ScalarList.of(
          "include",
          new NamePattern(),
          0,
          256,
          "[]",
          "Namespaces in which `dnsonde probe-pods` keeps a probe pod. If empty, it keeps none, and"
              + " removes those that it created.");

  private static final Section<Config.Namespaces> NAMESPACES = NamespacesSection.of(INCLUDE);

  private static final Scalar<Optional<String>> IMAGE =
      Scalar.of(
          "image",
          new OptionalImage(),
          "''",
          "Image of the pod: a program that does nothing until it is ended, such as Kubernetes' own"
              + " `pause`. Required with `probe-pods.namespaces.include`.");
  private static final TextMap LABELS =
      LabelSyntax.map(
          "labels",
          "{}",
          "Further labels of the pod, so that policies also select it by label. A label that a"
              + " Service or a PodDisruptionBudget of the namespace selects is omitted there.");
  private static final Scalar<Duration> PERIOD =
      Scalar.of(
          "period",
          new TimeSpan(Duration.ofSeconds(1), Duration.ofHours(1)),
          "1m",
          "Time between two checks of the cluster.");

  static final Section<Config.ProbePods> SECTION =
      Section.of("probe-pods", ProbePodsSection::make, NAMESPACES, IMAGE, LABELS, PERIOD)
          .checked(ProbePodsSection::check);

  private ProbePodsSection() {}

  private static Config.ProbePods make(Values in) {
    return new Config.ProbePods(
        in.get(NAMESPACES), in.get(IMAGE), new Labels(in.get(LABELS)), in.get(PERIOD));
  }

  private static void check(Values in) {
    Value<Optional<String>> image = in.scalar(IMAGE);
    if (!in.section(NAMESPACES).list(INCLUDE).isEmpty()
        && image.sound().filter(Optional::isEmpty).isPresent()) {
      in.mistake(
          image.given() ? image.line() : in.line(),
          in.path(IMAGE),
          "nothing",
          IMAGE.type().expected());
    }
    in.texts(LABELS).forEach((key, value) -> mayCarry(in, key, value));
  }

  private static void mayCarry(Values in, String key, Value<String> value) {
    if (!ProbeDeployment.mayCarry(key)) {
      in.mistake(
          value.line(),
          in.path(LABELS) + "." + key,
          "a label that marks the owner of the pod",
          "one that policies select by");
    }
  }
}
