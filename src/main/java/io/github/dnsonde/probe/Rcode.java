package io.github.dnsonde.probe;

import java.util.Arrays;

/**
 * Response codes by their mnemonics (IANA "DNS RCODEs"; RFC 6895 §2.3). Private, reserved and
 * unassigned numbers have none.
 */
public enum Rcode {
  NOERROR(0),
  FORMERR(1),
  SERVFAIL(2),
  NXDOMAIN(3),
  NOTIMP(4),
  REFUSED(5),
  YXDOMAIN(6),
  YXRRSET(7),
  NXRRSET(8),
  NOTAUTH(9),
  NOTZONE(10),
  DSOTYPENI(11),
  /** BADSIG is the same number, in a TSIG record (RFC 8945 §3). */
  BADVERS(16),
  BADKEY(17),
  BADTIME(18),
  BADMODE(19),
  BADNAME(20),
  BADALG(21),
  BADTRUNC(22),
  BADCOOKIE(23);

  private final int code;

  Rcode(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The mnemonic, such as {@code NOERROR}; {@code RCODE24} for a code without one. */
  public static String mnemonic(int code) {
    return Arrays.stream(values())
        .filter(rcode -> rcode.code == code)
        .findFirst()
        .map(Rcode::name)
        .orElse("RCODE" + code);
  }
}
