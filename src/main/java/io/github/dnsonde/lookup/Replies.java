package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Rcode;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply.Answered;

/** Properties of responses that resolvers look at. */
final class Replies {

  private Replies() {}

  static boolean is(Answered answered, Rcode rcode) {
    return answered.rcode() == rcode.code();
  }

  /** Returns true if the response has no error and at least one record, of any type. */
  static boolean hasRecords(Answered answered) {
    return is(answered, Rcode.NOERROR) && answered.count() > 0;
  }

  /** Returns true if there is a record of this type. */
  static boolean hasRecord(Answered answered, RecordType type) {
    return is(answered, Rcode.NOERROR)
        && answered.answers().stream().map(Answer::type).anyMatch(type.name()::equals);
  }

  /**
   * Returns true if the server offers no recursion and knows no answer. Resolvers look at the bits
   * AA and RA; here a response that names other servers counts.
   */
  static boolean isLame(Answered answered) {
    return is(answered, Rcode.NOERROR) && answered.count() == 0 && answered.referral();
  }
}
