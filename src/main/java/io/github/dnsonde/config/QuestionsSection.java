package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.SectionList;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Value;
import io.github.dnsonde.probe.LookupQuestion;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  private static final Scalar<Optional<ResolverKind>> LOOKUP =
      Scalar.of(
          "lookup",
          new Choice<>(resolvers()),
          "none",
          "The resolver whose lookup of the name is also repeated, without the final dot, once a"
              + " period from one vantage of each namespace. See [Lookups](lookups.md), also for"
              + " the cost.");

  /** The items of the list. */
  record Item(List<Question> questions, Optional<LookupQuestion> lookup) {}

  /** The resolver of a lookup by its word, or none. */
  private static Map<String, Optional<ResolverKind>> resolvers() {
    Map<String, Optional<ResolverKind>> words = new LinkedHashMap<>();
    words.put("none", Optional.empty());
    for (ResolverKind kind : ResolverKind.values()) {
      words.put(kind.label(), Optional.of(kind));
    }
    return words;
  }

  private static final Section<Item> ITEM =
      Section.of(
              "questions[]",
              QuestionsSection::make,
              NAME,
              TYPE,
              TRANSPORTS,
              SCOPE,
              ExpectSection.SECTION,
              LOOKUP)
          .checked(QuestionsSection::check);

  static final SectionList<Item> LIST =
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

  private static Item make(Values in) {
    String name = in.get(NAME);
    Scope scope = in.given(SCOPE).orElseGet(() -> Scope.of(name));
    List<Question> questions =
        in.get(TRANSPORTS).stream()
            .map(
                transport ->
                    new Question(
                        name, in.get(TYPE), transport, scope, in.get(ExpectSection.SECTION)))
            .toList();
    return new Item(
        questions, in.get(LOOKUP).map(kind -> new LookupQuestion(relative(name), kind)));
  }

  private static void check(Values in) {
    ExpectSection.check(in.section(ExpectSection.SECTION), in.scalar(TYPE));
    Value<Optional<ResolverKind>> lookup = in.scalar(LOOKUP);
    Optional<ResolverKind> wanted = lookup.sound().flatMap(resolver -> resolver);
    if (wanted.isPresent() && in.scalar(NAME).sound().equals(Optional.of("."))) {
      String found = "'" + wanted.get().label() + "'";
      in.mistake(lookup.line(), in.path(LOOKUP), found, "'none' for the name '.'");
    }
  }

  /** The name as applications write it. */
  private static String relative(String name) {
    return name.substring(0, name.length() - 1);
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
