package io.github.dnsonde.probe;

import java.util.List;

/**
 * The first extended error of a response (RFC 8914): why the server could not answer, or what is
 * special about its answer.
 *
 * @param code the INFO-CODE
 */
public record ExtendedError(int code) {

  /** The failure comes from the server's cache (RFC 8914 §4.14, RFC 9520 §3.2). */
  public static final ExtendedError CACHED_ERROR = new ExtendedError(13);

  /** The names that IANA registers, in the order of their codes. */
  private static final List<String> NAMES =
      List.of(
          "Other",
          "Unsupported DNSKEY Algorithm",
          "Unsupported DS Digest Type",
          "Stale Answer",
          "Forged Answer",
          "DNSSEC Indeterminate",
          "DNSSEC Bogus",
          "Signature Expired",
          "Signature Not Yet Valid",
          "DNSKEY Missing",
          "RRSIGs Missing",
          "No Zone Key Bit Set",
          "NSEC Missing",
          "Cached Error",
          "Not Ready",
          "Blocked",
          "Censored",
          "Filtered",
          "Prohibited",
          "Stale NXDOMAIN Answer",
          "Not Authoritative",
          "Not Supported",
          "No Reachable Authority",
          "Network Error",
          "Invalid Data");

  public ExtendedError {
    if (code < 0 || code > 0xffff) {
      throw new IllegalArgumentException("the code " + code + " does not fit into 16 bits");
    }
  }

  /** {@code extended error 22 (No Reachable Authority)}; without a name if it has none here. */
  public String text() {
    return "extended error " + code + (code < NAMES.size() ? " (" + NAMES.get(code) + ")" : "");
  }
}
