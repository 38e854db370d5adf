package io.github.dnsonde.change;

/** The effect of a change on an access; the worst first. */
public enum Effect {
  /** Queries passed, and would not. */
  CUT,
  /** Queries may no longer pass: that is not certain. */
  MAY_BE_CUT,
  /** Queries did not pass before, and would not after. */
  STAYS_CUT,
  /** Queries did not pass, and would. */
  RESTORED,
  UNCHANGED;

  static Effect of(Access before, Access after) {
    return switch (after) {
      case DENIED -> before.isDenied() ? STAYS_CUT : before == Access.UNKNOWN ? MAY_BE_CUT : CUT;
      case PROBABLY_DENIED -> before.isDenied() ? STAYS_CUT : MAY_BE_CUT;
      case UNKNOWN -> before.isAllowed() ? MAY_BE_CUT : UNCHANGED;
      case ALLOWED, PROBABLY_ALLOWED -> before.isDenied() ? RESTORED : UNCHANGED;
    };
  }

  /** Returns true if the change makes something worse, or may. */
  public boolean isWorse() {
    return this == CUT || this == MAY_BE_CUT;
  }
}
