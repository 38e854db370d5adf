package io.github.dnsonde.json;

import static java.util.stream.Collectors.toUnmodifiableMap;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.report.RefusedReportException;
import io.github.dnsonde.report.RefusedReportException.Why;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document from another machine as a stream, so that it never takes more memory than what
 * it yields. Fields that are not known are skipped, and elements with words that are not known are
 * left out and counted: their writer may be newer.
 */
final class FieldReader {

  /** No document of this program is nested deeper than this. */
  private static final int DEPTH = 16;

  private static final int LONGEST_MESSAGE = 200;

  /** The constants of an enum by their labels: a report has thousands of them. */
  private static final ClassValue<Map<String, Object>> WORDS =
      new ClassValue<>() {
        @Override
        protected Map<String, Object> computeValue(Class<?> type) {
          return Stream.of(type.getEnumConstants())
              .collect(
                  toUnmodifiableMap(
                      constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT),
                      constant -> constant));
        }
      };

  private final JsonReader json;
  private int unknownWords;
  private int leftOut;

  private FieldReader(InputStream octets) {
    json = new JsonReader(new InputStreamReader(octets, StandardCharsets.UTF_8.newDecoder()));
    json.setStrictness(Strictness.STRICT);
    json.setNestingLimit(DEPTH);
  }

  /**
   * Reads one document.
   *
   * @param most limit for its octets
   * @throws RefusedReportException if it is larger, is not JSON, or is something else
   */
  static <T> T read(InputStream octets, int most, Document<T> document) throws IOException {
    FieldReader reader = new FieldReader(new Bounded(octets, most));
    try {
      T read = document.read(reader);
      if (reader.json.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("text follows the document");
      }
      return read;
    } catch (MalformedJsonException | EOFException | CharacterCodingException e) {
      throw refused(Why.MALFORMED, "this is not JSON in UTF-8", e);
    } catch (IllegalArgumentException | IllegalStateException | NullPointerException e) {
      throw refused(Why.INVALID, "this is not a document of this kind", e);
    }
  }

  private static RefusedReportException refused(Why why, String what, Exception cause) {
    return new RefusedReportException(
        why,
        what + ": " + SafeText.part(String.valueOf(cause.getMessage()), LONGEST_MESSAGE),
        cause);
  }

  /** Reads an object. */
  void object(Fields fields) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      fields.read(json.nextName());
    }
    json.endObject();
  }

  /**
   * Reads an array, without the elements that cannot be used.
   *
   * @param most limit for the number of its elements
   */
  <T> List<T> array(String what, int most, Element<T> element) throws IOException {
    List<T> all = new ArrayList<>();
    json.beginArray();
    for (int count = 1; json.hasNext(); count++) {
      if (count > most) {
        throw new IllegalArgumentException("there are more than " + most + " " + what);
      }
      T read = element.read();
      if (read != null) {
        all.add(read);
      }
    }
    json.endArray();
    return all;
  }

  /** Returns a mark for {@link #leavesOut}. */
  int mark() {
    return unknownWords;
  }

  /**
   * Returns true if a word since the mark is unknown. Then the element that contains it is left
   * out, and nothing around it.
   */
  boolean leavesOut(int mark) {
    if (unknownWords == mark) {
      return false;
    }
    unknownWords = mark;
    leftOut++;
    return true;
  }

  /** The number of elements that were left out. */
  int leftOut() {
    return leftOut;
  }

  /** Skips the value of an unknown field. */
  void skip() throws IOException {
    json.skipValue();
  }

  String text() throws IOException {
    if (json.peek() != JsonToken.STRING) {
      throw new IllegalStateException("expected a string at " + json.getPath());
    }
    return json.nextString();
  }

  Optional<String> optionalText() throws IOException {
    return isNull() ? Optional.empty() : Optional.of(text());
  }

  /** Returns true, and skips the value, if it is null. */
  boolean isNull() throws IOException {
    if (json.peek() == JsonToken.NULL) {
      json.nextNull();
      return true;
    }
    return false;
  }

  List<String> texts(String what, int most) throws IOException {
    return array(what, most, this::text);
  }

  boolean yes() throws IOException {
    return json.nextBoolean();
  }

  double number() throws IOException {
    if (json.peek() != JsonToken.NUMBER) {
      throw new IllegalStateException("expected a number at " + json.getPath());
    }
    return json.nextDouble();
  }

  long whole() throws IOException {
    double number = number();
    if (number != Math.rint(number) || Math.abs(number) > 1L << 52) {
      throw new IllegalStateException("expected a whole number at " + json.getPath());
    }
    return (long) number;
  }

  int count() throws IOException {
    return Math.toIntExact(Math.clamp(whole(), Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  /** Reads an age in seconds. */
  Duration age() throws IOException {
    return Duration.ofMillis(ageMillis());
  }

  /** Reads an age in seconds; returns it in milliseconds. */
  long ageMillis() throws IOException {
    double seconds = number();
    if (Double.isNaN(seconds) || Math.abs(seconds) > 1e12) {
      throw new IllegalStateException("expected an age in seconds at " + json.getPath());
    }
    return Math.round(seconds * 1_000);
  }

  /** Reads a constant by its label; null if this program does not know it. */
  <E extends Enum<E>> @Nullable E word(Class<E> type) throws IOException {
    return word(text(), type);
  }

  /** Returns a constant by its label; null if this program does not know it. */
  <E extends Enum<E>> @Nullable E word(String label, Class<E> type) {
    Object constant = WORDS.get(type).get(label);
    if (constant == null) {
      unknownWords++;
      return null;
    }
    return type.cast(constant);
  }

  /** Returns the value of a field that must be there. */
  static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("the field " + name + " is missing");
    }
    return value;
  }

  /** Reads the value of the field with this name. */
  interface Fields {
    void read(String name) throws IOException;
  }

  /** Reads an element; null if it cannot be used. */
  interface Element<T> {
    @Nullable T read() throws IOException;
  }

  /** Reads a whole document. */
  interface Document<T> {
    T read(FieldReader reader) throws IOException;
  }

  /** Ends with an error after a number of octets. */
  private static final class Bounded extends InputStream {
    private final InputStream octets;
    private final int most;
    private int read;

    private Bounded(InputStream octets, int most) {
      this.octets = octets;
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      byte[] octet = new byte[1];
      return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = octets.read(target, offset, length);
      read += Math.max(0, count);
      if (read > most) {
        throw new RefusedReportException(Why.TOO_LARGE, "there are more than " + most + " octets");
      }
      return count;
    }
  }
}
