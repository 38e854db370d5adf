package io.github.dnsonde.kube;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of an object that are read while it streams by. The values of all other fields are
 * skipped.
 *
 * @param fields by name; if there are none, the value itself is read if it is a scalar or a list of
 *     scalars
 * @param anyName whether every field is read, as in a map of texts
 * @param mayBeCut whether the value is left out if it is too large, while the rest is still read.
 *     If no mask on the path to a value allows it, the whole object is too large
 * @param namesOthers whether the names of other fields are kept, so that one sees that there is
 *     more
 */
record Mask(Map<String, Mask> fields, boolean anyName, boolean mayBeCut, boolean namesOthers) {

  private static final Mask SCALAR = new Mask(Map.of(), false, false, false);

  Mask {
    fields = Map.copyOf(fields);
  }

  /**
   * Reads a mask such as {@code metadata(name,[labels*]),spec([containers(ports(name))])}: names
   * with their nested names, {@code *} for a map of texts, brackets around parts that may be cut,
   * {@code +} for the names of other fields. Lists are transparent: the mask of a list is that of
   * its elements.
   */
  static Mask of(String text) {
    Parser parser = new Parser(text);
    Mask mask = parser.fields(false);
    if (parser.at < text.length()) {
      throw parser.mistake();
    }
    return mask;
  }

  /** The mask of a field; empty if the field is skipped. */
  Optional<Mask> field(String name) {
    return Optional.ofNullable(anyName ? SCALAR : fields.get(name));
  }

  /** Returns the same mask, with the fields of an object of kind Status. */
  Mask withStatus() {
    Map<String, Mask> more = new HashMap<>(fields);
    more.put("code", SCALAR);
    more.put("message", SCALAR);
    return new Mask(more, anyName, mayBeCut, namesOthers);
  }

  /** Returns true if fields of an object in this place are read. */
  boolean reachesInto() {
    return anyName || !fields.isEmpty();
  }

  /** The parser of the notation. */
  private static final class Parser {

    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Mask fields(boolean mayBeCut) {
      Map<String, Mask> fields = new HashMap<>();
      boolean namesOthers = false;
      do {
        if (skip('+')) {
          namesOthers = true;
          continue;
        }
        boolean cut = skip('[');
        fields.put(name(), value(cut));
        if (cut && !skip(']')) {
          throw mistake();
        }
      } while (skip(','));
      return new Mask(fields, false, mayBeCut, namesOthers);
    }

    private String name() {
      int from = at;
      while (at < text.length() && "()[]*+,".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      if (from == at) {
        throw mistake();
      }
      return text.substring(from, at);
    }

    private Mask value(boolean mayBeCut) {
      if (skip('*')) {
        return new Mask(Map.of(), true, mayBeCut, false);
      }
      if (!skip('(')) {
        return new Mask(Map.of(), false, mayBeCut, false);
      }
      Mask within = fields(mayBeCut);
      if (!skip(')')) {
        throw mistake();
      }
      return within;
    }

    private boolean skip(char wanted) {
      boolean there = at < text.length() && text.charAt(at) == wanted;
      if (there) {
        at++;
      }
      return there;
    }

    IllegalArgumentException mistake() {
      return new IllegalArgumentException("mask '" + text + "' is not well-formed at " + at);
    }
  }
}
