package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * One question as octets, and octets as a reply to it.
 *
 * <p>The query is encoded once; asking again only changes its id.
 */
final class Codec {

  /**
   * What we say we can receive in one datagram: passes every path without fragments (RFC 9715 §3.2,
   * DNS Flag Day 2020).
   */
  private static final int UDP_SIZE = 1232;

  private static final int HEADER_SIZE = 12;

  private final Record question;
  private final byte[] query;

  Codec(Question question) {
    this.question = record(question);
    Message message = Message.newQuery(this.question);
    message.addRecord(new OPTRecord(UDP_SIZE, 0, 0), Section.ADDITIONAL);
    this.query = message.toWire();
  }

  private static Record record(Question question) {
    try {
      return Record.newRecord(Name.fromString(question.name()), question.type().code(), DClass.IN);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Question let through a name that is none: " + question.name(), e);
    }
  }

  /** The query's octets with this id, without TCP's length. */
  byte[] query(int id) {
    byte[] octets = Arrays.copyOf(query, query.length);
    octets[0] = (byte) (id >> 8);
    octets[1] = (byte) id;
    return octets;
  }

  /**
   * Reads one message.
   *
   * @param octets between its position and its limit
   * @return empty when the message answers some other question or carries another id: then the wait
   *     goes on (RFC 5452 §9.1)
   */
  Optional<Reply> reply(int id, ByteBuffer octets) {
    if (octets.remaining() < Short.BYTES || (octets.getShort(octets.position()) & 0xffff) != id) {
      return Optional.empty();
    }
    int size = octets.remaining();
    if (size < HEADER_SIZE) {
      return Optional.of(new Reply.Malformed(size + " octets, a header has " + HEADER_SIZE));
    }
    try {
      return reply(new Message(octets), size);
    } catch (IOException | RuntimeException e) { // dnsjava throws both at hostile octets
      return Optional.of(new Reply.Malformed(String.valueOf(e.getMessage())));
    }
  }

  private Optional<Reply> reply(Message message, int size) {
    if (!message.getHeader().getFlag(Flags.QR)) {
      return Optional.of(new Reply.Malformed("a query, not a response"));
    }
    if (message.getHeader().getOpcode() != Opcode.QUERY) {
      return Optional.of(
          new Reply.Malformed("opcode " + Opcode.string(message.getHeader().getOpcode())));
    }
    if (!answersOurs(message)) {
      return Optional.empty();
    }
    boolean truncated = message.getHeader().getFlag(Flags.TC);
    return Optional.of(new Reply.Answered(message.getRcode(), truncated, answers(message), size));
  }

  /**
   * A server that could not even read the question may leave it out of its error (RFC 1035 §4.1.1,
   * FORMERR).
   */
  private boolean answersOurs(Message message) {
    List<Record> questions = message.getSection(Section.QUESTION);
    return questions.isEmpty()
        ? message.getRcode() != Rcode.NOERROR
        : questions.size() == 1 && isOurs(questions.getFirst());
  }

  private boolean isOurs(Record asked) {
    return asked.getType() == question.getType()
        && asked.getDClass() == question.getDClass()
        && asked.getName().equals(question.getName());
  }

  private static List<Answer> answers(Message message) {
    List<Answer> answers = new ArrayList<>();
    for (Record record : message.getSection(Section.ANSWER)) {
      String type = Type.string(record.getType());
      answers.add(new Answer(record.getName().toString(), type, record.rdataToString()));
    }
    return answers;
  }
}
