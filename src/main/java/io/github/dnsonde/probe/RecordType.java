package io.github.dnsonde.probe;

/** The types that can be queried, with their numbers (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 2782). */
public enum RecordType {
  A(1),
  NS(2),
  CNAME(5),
  SOA(6),
  PTR(12),
  MX(15),
  TXT(16),
  AAAA(28),
  SRV(33);

  private final int code;

  RecordType(int code) {
    this.code = code;
  }

  /** The type's number on the wire. */
  public int code() {
    return code;
  }

  /**
   * Returns true if the record's data is an address, so that it can be compared with a {@link
   * Cidr}.
   */
  public boolean holdsAddress() {
    return this == A || this == AAAA;
  }
}
