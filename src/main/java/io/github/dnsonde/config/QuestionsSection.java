package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.SectionList;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Value;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The section {@code questions}, which is a list. Each transport of an item is a separate question.
 */
final class QuestionsSection {

  private static final Scalar<String> NAME =
      Scalar.required(
          "name",
          new DomainName(),
          "The name to query. Each combination of name, type and transport may occur only once.");

  private static final Scalar<RecordType> TYPE =
      Scalar.of(
          "type",
          Choice.of(RecordType.values(), RecordType::name),
          "A",
          "The type of record to query.");
  private static final ScalarList<Transport> TRANSPORTS =
      ScalarList.of(
          "transports",
          Choice.of(Transport.values(), Transport::label),
          1,
          2,
          "[udp, tcp]",
          "The transports; each is a separate probe.");
  private static final Scalar<Scope> SCOPE =
      Scalar.of(
          "scope",
          Choice.of(Scope.values(), Scope::label),
          new Default.Derived("`internal` below `cluster.local.`, else `external`"),
          "Whether the cluster's DNS knows the answer itself or queries an upstream resolver.");

  private static final Section<List<Question>> ITEM =
      Section.of(
              "questions[]",
              QuestionsSection::make,
              NAME,
              TYPE,
              TRANSPORTS,
              SCOPE,
              ExpectSection.SECTION)
          .checked(in -> ExpectSection.check(in.section(ExpectSection.SECTION), in.scalar(TYPE)));

  static final SectionList<List<Question>> LIST =
      SectionList.of(
              "questions",
              1,
              64,
              ITEM,
              "[{name: kubernetes.default.svc.cluster.local.}, {name: example.com.}]",
              "The questions to send to each server, repeatedly. Nothing is retried,"
                  + " searched or cached.")
          .checked(QuestionsSection::eachOnce);

  private QuestionsSection() {}

  private static List<Question> make(Values in) {
    String name = in.get(NAME);
    Scope scope = in.given(SCOPE).orElseGet(() -> Scope.of(name));
    return in.get(TRANSPORTS).stream()
        .map(
            transport ->
                new Question(name, in.get(TYPE), transport, scope, in.get(ExpectSection.SECTION)))
        .toList();
  }

  private static void eachOnce(List<Values> questions) {
    Repetitions asked = new Repetitions();
    for (Values in : questions) {
      for (Value<Transport> transport : in.list(TRANSPORTS)) {
        key(in, transport).ifPresent(key -> asked.note(in, in.line(), in.path(), key));
      }
    }
  }

  /** Returns the name, type and transport; names are compared case-insensitively (RFC 4343). */
  private static Optional<String> key(Values in, Value<Transport> transport) {
    Optional<String> name = in.scalar(NAME).sound();
    Optional<RecordType> type = in.scalar(TYPE).sound();
    Optional<Transport> by = transport.sound();
    if (name.isEmpty() || type.isEmpty() || by.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        String.join(" ", name.get().toLowerCase(Locale.ROOT), type.get().name(), by.get().label()));
  }
}
