package io.github.dnsonde.bench;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The query as a message of dnsjava, for contenders without our exchange. */
final class Lookup {

  static final Record RECORD =
      Record.newRecord(Name.fromConstantString(Contender.NAME), Type.A, DClass.IN);

  private Lookup() {}

  /** Returns whether this is a right answer to it. */
  static boolean answeredBy(Message answer) {
    return answer.getRcode() == Rcode.NOERROR
        && RECORD.equals(answer.getQuestion())
        && !answer.getSection(Section.ANSWER).isEmpty();
  }
}
