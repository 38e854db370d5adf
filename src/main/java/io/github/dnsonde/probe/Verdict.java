package io.github.dnsonde.probe;

import java.util.Locale;
import java.util.Optional;

/** The meaning of a reply for a client that needs the name. Untested is never unanswered. */
public sealed interface Verdict {

  /**
   * The word in JSON and tables: {@code good}, {@code late}, {@code wrong}, {@code unanswered},
   * {@code untested}.
   */
  String label();

  /** The word of the reason or the cause; empty if good. */
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

  /** The query could not be sent or observed. Says nothing about the server. */
  record Untested(Cause cause) implements Verdict {
    @Override
    public String label() {
      return "untested";
    }
  }
}
