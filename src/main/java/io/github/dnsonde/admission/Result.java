package io.github.dnsonde.admission;

import java.util.Locale;

/** The result of a request, as metrics and the audit log name it. */
public enum Result {
  /** The change makes nothing worse. */
  HARMLESS,
  /** The change was allowed, with warnings. */
  WARNED,
  REFUSED,
  /** The change would have been refused, and an annotation overrides that. */
  OVERRIDDEN,
  /** The change would get warnings, and an annotation suppresses them. */
  SUPPRESSED,
  /** The change leaves everything alone that decides about traffic. */
  UNCHANGED,
  /** The mode is off in this namespace, or the namespace is being deleted. */
  EXEMPT,
  /** The object is of another kind, or cannot be read. */
  NOT_JUDGED,
  /** The controller does not know the cluster yet. */
  NOT_READY,
  /** There was no time left for a judgement. */
  BUSY;

  /** The word in metrics and the audit log, such as {@code not_ready}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns true if the change was to be judged, so that the time for it counts. */
  public boolean isTimed() {
    return switch (this) {
      case HARMLESS, WARNED, REFUSED, OVERRIDDEN, SUPPRESSED, BUSY -> true;
      case UNCHANGED, EXEMPT, NOT_JUDGED, NOT_READY -> false;
    };
  }
}
