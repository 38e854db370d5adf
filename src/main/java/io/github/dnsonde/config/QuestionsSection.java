package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.SectionList;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Value;
import io.github.dnsonde.config.yaml.YesOrNo;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.LookupQuestion;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.TrialQuestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
              + " period from one vantage of each namespace. Only with type A or AAAA. See"
              + " [Lookups](lookups.md), also for the cost.");

  private static final Scalar<Boolean> LARGE =
      Scalar.of(
          "large",
          new YesOrNo(),
          "false",
          "Whether the answer is too large for a datagram of 1232 octets. A truncated answer is"
              + " then right, and every six periods one vantage of each namespace compares UDP with"
              + " EDNS sizes of 1232 and 4096 octets with TCP. See"
              + " [Lookups](lookups.md#large-answers).");

  private static final Scalar<Boolean> FRESH =
      Scalar.of(
          "fresh",
          new YesOrNo(),
          "false",
          "Whether one vantage of the node also queries a random name below this one every six"
              + " periods, past all caches. A wildcard record must answer for it, and this name"
              + " must have an answer too. See [Lookups](lookups.md#fresh-names), also for the"
              + " risk.");

  /** The items of the list. */
  record Item(
      List<Question> questions, Optional<LookupQuestion> lookup, List<TrialQuestion> trials) {}

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
              LOOKUP,
              LARGE,
              FRESH)
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
            .map(transport -> new Question(name, in.get(TYPE), transport, scope, expected(in)))
            .toList();
    return new Item(
        questions,
        in.get(LOOKUP).map(kind -> new LookupQuestion(relative(name), kind)),
        Stream.of(TrialQuestion.Kind.values())
            .filter(kind -> wants(in, kind))
            .map(kind -> new TrialQuestion(name, in.get(TYPE), scope, kind))
            .toList());
  }

  private static Expectation expected(Values in) {
    Expectation expected = in.get(ExpectSection.SECTION);
    return in.get(LARGE) ? Expectation.alsoTruncated(expected) : expected;
  }

  private static boolean wants(Values in, TrialQuestion.Kind kind) {
    return switch (kind) {
      case LARGE -> in.get(LARGE);
      case FRESH -> in.get(FRESH);
    };
  }

  private static void check(Values in) {
    ExpectSection.check(in.section(ExpectSection.SECTION), in.scalar(TYPE));
    for (Scalar<Boolean> trial : List.of(LARGE, FRESH)) {
      Value<Boolean> wanted = in.scalar(trial);
      if (wanted.sound().equals(Optional.of(true))
          && ExpectSection.isNoSuchName(in.section(ExpectSection.SECTION))) {
        in.mistake(wanted.line(), in.path(trial), "'true'", "'false' with expect.rcode NXDOMAIN");
      }
    }
    Value<Boolean> fresh = in.scalar(FRESH);
    if (fresh.sound().equals(Optional.of(true))
        && in.scalar(NAME).sound().filter(name -> !Question.hasRoom(name)).isPresent()) {
      in.mistake(
          fresh.line(), in.path(FRESH), "'true'", "'false' for a name of more than 236 characters");
    }
    Value<Optional<ResolverKind>> lookup = in.scalar(LOOKUP);
    Optional<ResolverKind> wanted = lookup.sound().flatMap(resolver -> resolver);
    if (wanted.isPresent()) {
      String found = "'" + wanted.get().label() + "'";
      if (in.scalar(NAME).sound().equals(Optional.of("."))) {
        in.mistake(lookup.line(), in.path(LOOKUP), found, "'none' for the name '.'");
      }
      in.scalar(TYPE)
          .sound()
          .filter(type -> !type.holdsAddress())
          .ifPresent(
              type ->
                  in.mistake(
                      lookup.line(),
                      in.path(LOOKUP),
                      found,
                      "'none' with type " + type + ": lookups ask for addresses"));
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
