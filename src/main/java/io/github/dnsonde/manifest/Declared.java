package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.Declaration.Holder;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.probe.SafeText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the declaration that pods need no DNS from an object's annotations. Tenants write them:
 * each text is bounded and escaped, and a mistake makes the whole declaration invalid.
 */
public final class Declared {

  /** The keys of the annotations, separated by commas. */
  public static final String ANNOTATIONS =
      String.join(",", Declaration.KEY, Declaration.REASON, Declaration.UNTIL);

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private static final Pattern INSTANT =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt].{1,40}", Pattern.DOTALL);

  /** The characters of a wrong value that a message quotes. */
  private static final int QUOTED = 40;

  private Declared() {}

  /** Returns the declaration of a Namespace. */
  public static Optional<Declaration> ofNamespace(Fields metadata) {
    return read(
        namespace(metadata), Optional.of(LabelSelector.EVERYTHING), metadata.map("annotations"));
  }

  /**
   * Returns the declaration of a NetworkPolicy.
   *
   * @param selects the selector of its pods; empty if it cannot be read
   */
  public static Optional<Declaration> ofPolicy(Fields metadata, Optional<LabelSelector> selects) {
    return read(policy(metadata), selects, metadata.map("annotations"));
  }

  /** Returns the Namespace with this metadata as the holder of a declaration. */
  public static Holder namespace(Fields metadata) {
    return new Holder(metadata.word("name").orElse(""), Optional.empty());
  }

  /** Returns the NetworkPolicy with this metadata as the holder of a declaration. */
  public static Holder policy(Fields metadata) {
    return new Holder(
        metadata.word("namespace").orElse(""),
        Optional.of(metadata.word("name").or(() -> metadata.word("generateName")).orElse("")));
  }

  /** Returns the declaration of an object whose annotations are too large to be read. */
  public static Declaration tooLarge(Holder holder) {
    return new Declaration.Invalid(
        holder, "the values of annotations " + Declaration.KEY + "* are too large to be read");
  }

  private static Optional<Declaration> read(
      Holder holder, Optional<LabelSelector> selects, Map<String, String> annotations) {
    Optional<String> expect = Optional.ofNullable(annotations.get(Declaration.KEY));
    Optional<String> reason = Optional.ofNullable(annotations.get(Declaration.REASON));
    Optional<String> until = Optional.ofNullable(annotations.get(Declaration.UNTIL));
    if (expect.isEmpty()) {
      return Optional.of(reason.isPresent() ? Declaration.REASON : Declaration.UNTIL)
          .filter(_ -> reason.isPresent() || until.isPresent())
          .map(
              key ->
                  new Declaration.Invalid(
                      holder, "annotation " + key + " has no effect without " + Declaration.KEY));
    }
    if (!expect.get().equals(Declaration.NO_DNS)) {
      return Optional.of(mistake(holder, Declaration.KEY, expect.get(), Declaration.NO_DNS));
    }
    if (selects.isEmpty()) {
      return Optional.of(
          new Declaration.Invalid(
              holder, "its podSelector cannot be read, so that it selects no pods for certain"));
    }
    Optional<Instant> end = until.flatMap(Declared::end);
    if (until.isPresent() && end.isEmpty()) {
      return Optional.of(
          mistake(
              holder,
              Declaration.UNTIL,
              until.get(),
              "a date or an instant of RFC 3339, such as 2027-01-31 or 2027-01-31T18:00:00Z"));
    }
    return Optional.of(
        new Declaration.NoDns(
            holder,
            selects.get(),
            SafeText.atMost(reason.orElse("").strip(), Declaration.LONGEST_REASON),
            end));
  }

  private static Declaration mistake(Holder holder, String key, String value, String expected) {
    return new Declaration.Invalid(
        holder,
        "annotation " + key + " is '" + SafeText.atMost(value, QUOTED) + "', expected " + expected);
  }

  /** A date is included: it ends when the next day begins, in UTC. */
  private static Optional<Instant> end(String text) {
    try {
      if (DATE.matcher(text).matches()) {
        return Optional.of(
            LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      return INSTANT.matcher(text).matches()
          ? Optional.of(OffsetDateTime.parse(text).toInstant())
          : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
