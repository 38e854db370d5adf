package io.github.dnsonde.probe;

import java.util.List;

/** The condition for a right answer. */
public sealed interface Expectation {

  /** At least one record of the queried type, complete. */
  Expectation ANY_RECORD = new Records(List.of(), false);

  /**
   * At least one record of the queried type.
   *
   * @param within if not empty, every address in the answer must be in one of these blocks;
   *     otherwise the verdict is {@link Reason#WRONG_ADDRESS}
   * @param truncated true if an answer that was cut short (TC, RFC 1035 §4.1.1) is still right
   */
  record Records(List<Cidr> within, boolean truncated) implements Expectation {
    public Records {
      within = List.copyOf(within);
    }
  }

  /** Returns the same expectation, for which an answer that was cut short is also right. */
  static Expectation alsoTruncated(Expectation expected) {
    return switch (expected) {
      case Records(List<Cidr> within, _) -> new Records(within, true);
      case NoSuchName nothing -> nothing;
    };
  }

  /**
   * The name must not exist (NXDOMAIN, RFC 2308 §2.1). Detects resolvers that answer for every
   * name.
   */
  record NoSuchName() implements Expectation {}
}
