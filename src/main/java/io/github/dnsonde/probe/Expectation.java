package io.github.dnsonde.probe;

import java.util.List;

/** What a right answer is. */
public sealed interface Expectation {

  /** At least one record of the type that was asked for, complete. */
  Expectation ANY_RECORD = new Records(List.of(), false);

  /**
   * At least one record of the type that was asked for.
   *
   * @param within when not empty, every address in the answer must lie in one of these: anything
   *     else is {@link Reason#WRONG_ADDRESS}
   * @param truncated whether an answer that was cut short (TC, RFC 1035 §4.1.1) is right all the
   *     same
   */
  record Records(List<Cidr> within, boolean truncated) implements Expectation {
    public Records {
      within = List.copyOf(within);
    }
  }

  /**
   * The name must not exist (NXDOMAIN, RFC 2308 §2.1): finds resolvers that answer for every name.
   */
  record NoSuchName() implements Expectation {}
}
