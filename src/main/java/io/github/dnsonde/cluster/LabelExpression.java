package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A selector in Calico's language (Calico documentation, "Selectors"), as a tree. */
public sealed interface LabelExpression {

  /** Returns the keys of the labels that it looks at. */
  default Stream<String> keys() {
    return switch (this) {
      case Has(String key) -> Stream.of(key);
      case In(String key, _) -> Stream.of(key);
      case Part(String key, _, _) -> Stream.of(key);
      case Not(LabelExpression other) -> other.keys();
      case And(var parts) -> parts.stream().flatMap(LabelExpression::keys);
      case Or(var parts) -> parts.stream().flatMap(LabelExpression::keys);
    };
  }

  /** Returns an expression that selects everything. */
  static LabelExpression all() {
    return new And(List.of());
  }

  /** Returns an expression that selects what all parts select: a single part itself. */
  static LabelExpression all(List<LabelExpression> parts) {
    return parts.size() == 1 ? parts.getFirst() : new And(parts);
  }

  /** Selects objects with a label of this key. */
  record Has(String key) implements LabelExpression {
    public Has {
      requireNonNull(key, "key is null");
    }
  }

  /** Selects objects whose label of this key has one of the values. */
  record In(String key, Set<String> values) implements LabelExpression {
    public In {
      requireNonNull(key, "key is null");
      values = Set.copyOf(values);
    }
  }

  /** Selects objects whose label of this key has a part that is this text. */
  record Part(String key, Place place, String text) implements LabelExpression {
    public Part {
      requireNonNull(key, "key is null");
      requireNonNull(place, "place is null");
      requireNonNull(text, "text is null");
    }

    /** Returns true if a label's value has the part. */
    public boolean isIn(String value) {
      return switch (place) {
        case ANYWHERE -> value.contains(text);
        case START -> value.startsWith(text);
        case END -> value.endsWith(text);
      };
    }
  }

  /** The place of a part in a label's value. */
  enum Place {
    ANYWHERE,
    START,
    END
  }

  /** Selects what the other does not select. */
  record Not(LabelExpression other) implements LabelExpression {
    public Not {
      requireNonNull(other, "other is null");
    }
  }

  /** Selects what all of the parts select. */
  record And(List<LabelExpression> parts) implements LabelExpression {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /** Selects what any of the parts selects. */
  record Or(List<LabelExpression> parts) implements LabelExpression {
    public Or {
      parts = List.copyOf(parts);
    }
  }
}
