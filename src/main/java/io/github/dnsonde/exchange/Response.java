package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.ExtendedError;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * One message (RFC 1035 §4.1), read only as far as an answer requires.
 *
 * <p>This class finds the fields; dnsjava turns names and data into text. dnsjava's own reader has
 * two flaws here. It refuses a message as a whole, so one bad option in an OPT record would discard
 * a good answer. It also follows up to 8,000 compression pointers for each name, so a hostile
 * message of 64 KiB takes a quarter of a second.
 */
final class Response {

  static final int HEADER_SIZE = 12;

  private static final int QUESTIONS = 4;
  private static final int ANSWERS = 6;
  private static final int AUTHORITIES = 8;
  private static final int ADDITIONALS = 10;

  private static final int RESPONSE = 0x8000;
  private static final int AUTHORITATIVE = 0x0400;
  private static final int TRUNCATED = 0x0200;
  private static final int RCODE = 0xf;

  /** Octets of type and class. A record's head also has those of time to live and length. */
  private static final int QUESTION_TAIL = 4;

  private static final int RECORD_HEAD = 10;

  /** Octets of the code and the length of an option; the code of an extended error. */
  private static final int OPTION_HEAD = 4;

  private static final int EXTENDED_ERROR = 15;

  private final byte[] octets;
  private final MessageNames messageNames;
  private final RecordData data;

  /** Reads a message that has at least a header. */
  Response(ByteBuffer message) {
    this.octets = new byte[message.remaining()];
    message.get(message.position(), octets);
    this.messageNames = new MessageNames(octets);
    this.data = new RecordData(octets, messageNames);
  }

  int size() {
    return octets.length;
  }

  boolean isResponse() {
    return (flags() & RESPONSE) != 0;
  }

  boolean isTruncated() {
    return (flags() & TRUNCATED) != 0;
  }

  boolean isAuthoritative() {
    return (flags() & AUTHORITATIVE) != 0;
  }

  int opcode() {
    return (flags() >> 11) & 0xf;
  }

  private int flags() {
    return u16(2);
  }

  /** Number of questions according to the header. */
  int questions() {
    return u16(QUESTIONS);
  }

  /** Returns true if the first question is this one. */
  boolean repeats(Record question) throws UnreadableException {
    int tail = messageNames.end(HEADER_SIZE);
    require(tail + QUESTION_TAIL, "the question");
    return u16(tail) == question.getType()
        && u16(tail + 2) == question.getDClass()
        && messageNames.read(HEADER_SIZE).equals(question.getName());
  }

  /**
   * Returns the records of the answer section. If the message is truncated or an error, these are
   * the records up to the first unreadable one.
   *
   * @param asked the type of the question: a record of this type, or an alias, must be readable.
   *     The data of any other record may be garbage and is then shown as octets (RFC 3597 §5)
   */
  List<Answer> answers(int asked) throws UnreadableException {
    List<Answer> answers = new ArrayList<>();
    int at = afterQuestions();
    for (int i = 0; i < u16(ANSWERS); i++) {
      try {
        RecordHead head = head(at);
        answers.add(answer(head, asked));
        at = head.end();
      } catch (UnreadableException e) {
        if (isTruncated() || (flags() & RCODE) != Rcode.NOERROR) {
          return answers;
        }
        throw new UnreadableException(
            "record " + (i + 1) + " of " + u16(ANSWERS) + " in the answer: " + e.getMessage());
      }
    }
    return answers;
  }

  private int afterQuestions() throws UnreadableException {
    int at = HEADER_SIZE;
    for (int i = 0; i < questions(); i++) {
      at = messageNames.end(at) + QUESTION_TAIL;
    }
    return at;
  }

  /**
   * The fixed fields of a record, and the offsets of the others.
   *
   * @param at offset of the name
   * @param data offset of the data
   * @param end offset of the next record
   */
  private record RecordHead(int at, int type, int dnsClass, int ttl, int data, int end) {}

  private RecordHead head(int at) throws UnreadableException {
    int fixed = messageNames.end(at);
    int data = fixed + RECORD_HEAD;
    require(data, "its head");
    int end = data + u16(data - 2);
    require(end, "its data");
    return new RecordHead(
        at, u16(fixed), u16(fixed + 2), (u16(fixed + 4) << 16) | u16(fixed + 6), data, end);
  }

  private Answer answer(RecordHead head, int asked) throws UnreadableException {
    String type = Type.string(head.type());
    return new Answer(
        messageNames.text(head.at()),
        DClass.string(head.dnsClass()),
        type,
        data(head, type, head.type() == asked || head.type() == Type.CNAME));
  }

  private String data(RecordHead head, String type, boolean needed) throws UnreadableException {
    Optional<String> text = text(head);
    int length = head.end() - head.data();
    if (text.isEmpty() && needed) {
      throw new UnreadableException(length + " octets are not valid data of type " + type);
    }
    return text.orElseGet(
        () -> "\\# " + length + " " + HexFormat.of().formatHex(octets, head.data(), head.end()));
  }

  /** The data in presentation form; empty if it is not valid for its type. */
  private Optional<String> text(RecordHead head) {
    try {
      byte[] uncompressed = data.uncompressed(head.type(), head.data(), head.end());
      return Optional.ofNullable(
              Record.newRecord(Name.root, head.type(), head.dnsClass(), 0, uncompressed))
          .map(Record::rdataToString);
    } catch (UnreadableException | RuntimeException _) { // dnsjava throws on hostile data
      return Optional.empty();
    }
  }

  /**
   * Summary of the sections after the questions, as far as they can be read.
   *
   * @param rcode the response code with the bits that an OPT record adds (RFC 6891 §6.1.3)
   * @param edns true if there is an OPT record
   * @param nameServers true if the authority section has an NS record
   * @param startOfAuthority true if it has a SOA record
   * @param extendedError the first extended error of the OPT record (RFC 8914)
   */
  record Outline(
      int rcode,
      boolean edns,
      boolean nameServers,
      boolean startOfAuthority,
      Optional<ExtendedError> extendedError) {}

  /** Summarises the readable part. Bad records and wrong counts end the reading, nothing else. */
  Outline outline() {
    int rcode = flags() & RCODE;
    boolean edns = false;
    boolean nameServers = false;
    boolean startOfAuthority = false;
    Optional<ExtendedError> extendedError = Optional.empty();
    int authorities = u16(ANSWERS) + u16(AUTHORITIES);
    int all = authorities + u16(ADDITIONALS);
    try {
      int at = afterQuestions();
      for (int i = 0; i < all; i++) {
        RecordHead head = head(at);
        boolean authority = i >= u16(ANSWERS) && i < authorities;
        nameServers |= authority && head.type() == Type.NS;
        startOfAuthority |= authority && head.type() == Type.SOA;
        if (head.type() == Type.OPT && !edns) {
          edns = true;
          rcode |= (head.ttl() >>> 24) << 4;
          extendedError = extendedError(head);
        }
        at = head.end();
      }
    } catch (UnreadableException _) {
      // the values read so far are valid
    }
    return new Outline(rcode, edns, nameServers, startOfAuthority, extendedError);
  }

  /** Reads the options of an OPT record (RFC 6891 §6.1.2) up to the first extended error. */
  private Optional<ExtendedError> extendedError(RecordHead head) {
    int at = head.data();
    while (at + OPTION_HEAD <= head.end()) {
      int length = u16(at + 2);
      boolean whole = at + OPTION_HEAD + length <= head.end();
      if (u16(at) == EXTENDED_ERROR && length >= Short.BYTES && whole) {
        return Optional.of(new ExtendedError(u16(at + OPTION_HEAD)));
      }
      at += OPTION_HEAD + length;
    }
    return Optional.empty();
  }

  private void require(int end, String what) throws UnreadableException {
    if (end > octets.length) {
      throw new UnreadableException(
          what + " ends at octet " + end + ", the message has " + octets.length);
    }
  }

  private int u16(int at) {
    return ((octets[at] & 0xff) << 8) | (octets[at + 1] & 0xff);
  }
}
