package io.github.dnsonde.probe;

import java.util.Locale;
import java.util.Optional;

/** What a reply means for someone who needs the name. Untested is never unanswered. */
public sealed interface Verdict {

  /**
   * The word in JSON and tables: {@code good}, {@code late}, {@code wrong}, {@code unanswered},
   * {@code untested}.
   */
  String label();

  /** What it was, if not good: the reason's or the cause's word. */
  default Optional<String> why() {
    return switch (this) {
      case Good _ -> Optional.empty();
      case Failed(Reason reason) -> Optional.of(reason.label());
      case Untested(Cause cause) -> Optional.of(cause.label());
    };
  }

  /** A right answer, in time. */
  record Good() implements Verdict {
    @Override
    public String label() {
      return "good";
    }
  }

  /** No right answer in time. */
  record Failed(Reason reason) implements Verdict {
    @Override
    public String label() {
      return reason.kind().name().toLowerCase(Locale.ROOT);
    }
  }

  /** We could not ask, or could not watch: says nothing about the server. */
  record Untested(Cause cause) implements Verdict {
    @Override
    public String label() {
      return "untested";
    }
  }
}
