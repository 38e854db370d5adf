package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.MessageOptions;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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

/**
 * Encodes one question as a query and reads messages as replies to it.
 *
 * <p>The question is encoded once; each query only changes the id.
 */
final class Codec {

  private final Record question;
  private final byte[] query;

  /** The name to show in place of the queried one, which has a random label. */
  private final Optional<String> shown;

  Codec(Question question) {
    this(question, question.name(), Optional.empty());
  }

  /** Creates a codec for one query, with this label before the name. */
  static Codec withLabel(Question question, String label) {
    String name = question.name().equals(".") ? label + "." : label + "." + question.name();
    return new Codec(question, name, Optional.of(question.name()));
  }

  private Codec(Question question, String name, Optional<String> shown) {
    this.shown = shown;
    this.question = record(name, question);
    Message message = Message.newQuery(this.question);
    MessageOptions options = question.options();
    if (options.udpSize() > 0) {
      message.addRecord(new OPTRecord(options.udpSize(), 0, 0), Section.ADDITIONAL);
    }
    if (options.authenticData()) {
      message.getHeader().setFlag(Flags.AD);
    }
    this.query = message.toWire();
  }

  private static Record record(String name, Question question) {
    try {
      return Record.newRecord(Name.fromString(name), question.type().code(), DClass.IN);
    } catch (IOException e) {
      throw new UncheckedIOException("Question accepted an invalid name: " + name, e);
    }
  }

  /** Returns the query's octets with this id, without the TCP length prefix. */
  byte[] query(int id) {
    byte[] octets = Arrays.copyOf(query, query.length);
    octets[0] = (byte) (id >> 8);
    octets[1] = (byte) id;
    return octets;
  }

  /** Result of reading one message. */
  sealed interface Read {

    /** A reply to the query, valid or not. */
    record Ours(Reply reply) implements Read {}

    /** A message that does not answer the query. The wait goes on (RFC 5452 §9.1). */
    record Foreign(Ignored.Why why) implements Read {}
  }

  /**
   * Reads one message. Never throws; the time it takes is bounded by the number of octets.
   *
   * @param octets the message, between position and limit
   */
  Read read(int id, ByteBuffer octets) {
    int size = octets.remaining();
    if (size < Short.BYTES) {
      return new Read.Foreign(Ignored.Why.NO_ID);
    }
    if ((octets.getShort(octets.position()) & 0xffff) != id) {
      return new Read.Foreign(Ignored.Why.ANOTHER_ID);
    }
    if (size < Response.HEADER_SIZE) {
      return malformed(size + " octets, a header has " + Response.HEADER_SIZE);
    }
    try {
      return read(new Response(octets));
    } catch (UnreadableException e) {
      return malformed(String.valueOf(e.getMessage()));
    }
  }

  private Read read(Response response) throws UnreadableException {
    if (!response.isResponse()) {
      return malformed("a query, not a response");
    }
    if (response.opcode() != Opcode.QUERY) {
      return malformed("opcode " + Opcode.string(response.opcode()));
    }
    Response.Outline outline = response.outline();
    Optional<Ignored.Why> foreign = foreign(response, outline.rcode());
    if (foreign.isPresent()) {
      return new Read.Foreign(foreign.get());
    }
    return new Read.Ours(answered(response, outline));
  }

  private static Read malformed(String what) {
    return new Read.Ours(new Reply.Malformed(what));
  }

  /**
   * Returns the reason why the message does not answer the query; empty if it answers it. A server
   * that could not read the question may leave it out of its error (RFC 1035 §4.1.1, FORMERR).
   */
  private Optional<Ignored.Why> foreign(Response response, int rcode) throws UnreadableException {
    return switch (response.questions()) {
      case 0 -> rcode == Rcode.NOERROR ? Optional.of(Ignored.Why.NO_QUESTION) : Optional.empty();
      case 1 ->
          response.repeats(question) ? Optional.empty() : Optional.of(Ignored.Why.ANOTHER_QUESTION);
      default -> Optional.of(Ignored.Why.SEVERAL_QUESTIONS);
    };
  }

  /** The random label is left out of answers: they are answers to the question. */
  private List<Answer> answers(Response response) throws UnreadableException {
    List<Answer> answers = response.answers(question.getType());
    return shown
        .map(name -> answers.stream().map(answer -> withName(name, answer)).toList())
        .orElse(answers);
  }

  private Answer withName(String name, Answer answer) {
    return answer.name().equalsIgnoreCase(question.getName().toString())
        ? new Answer(name, answer.dnsClass(), answer.type(), answer.data())
        : answer;
  }

  private Reply answered(Response response, Response.Outline outline) throws UnreadableException {
    List<Answer> answers = answers(response);
    boolean referral =
        outline.nameServers() && !outline.startOfAuthority() && !response.isAuthoritative();
    return new Reply.Answered(
        outline.rcode(),
        response.isTruncated(),
        referral,
        outline.edns(),
        answers,
        answers.size(),
        response.size(),
        outline.extendedError());
  }
}
