package io.github.dnsonde.testkit;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Connection;
import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The ways in which a DNS server, or the path to it, can fail, each by its name. */
public final class Misbehaviour {

  /** The most that TCP's length can announce. */
  public static final int LARGEST = 65_535;

  private static final int DATAGRAMS_AT_ONCE = 20;
  private static final int HEADER = 12;
  private static final long TTL = 30;

  /** Octets of a record with an empty text after a compressed name. */
  private static final int SHORTEST_TEXT = 13;

  private Misbehaviour() {}

  /** No misbehaviour: the server's usual answers. */
  public static Responder rightAnswer() {
    return FakeDnsServer.clusterDns();
  }

  /** No response; over TCP the connection stays open. */
  public static Responder silence() {
    return (_, _) -> {};
  }

  /** The same as another responder, but later. */
  public static Responder late(Duration delay, Responder responder) {
    return (query, sink) -> sink.after(delay, () -> responder.respond(query, sink));
  }

  /** The responses of one responder, then those of the other. */
  public static Responder both(Responder first, Responder second) {
    return (query, sink) -> {
      first.respond(query, sink);
      second.respond(query, sink);
    };
  }

  /** Repeats a responder. */
  public static Responder times(int count, Responder responder) {
    return (query, sink) -> {
      for (int i = 0; i < count; i++) {
        responder.respond(query, sink);
      }
    };
  }

  /** A response with no records and this code. */
  public static Responder rcode(int rcode) {
    return (query, sink) -> sink.send(query.response(rcode));
  }

  /** An error that repeats no question, as from a server that could not read it. */
  public static Responder withoutQuestion(int rcode) {
    return changed(rcode, message -> message.removeAllRecords(Section.QUESTION));
  }

  /** A response with every bit of the id inverted. */
  public static Responder wrongId() {
    return changed(
        Rcode.NOERROR, message -> message.getHeader().setID(message.getHeader().getID() ^ 0xffff));
  }

  /** A response with the right id to another question. */
  public static Responder wrongQuestion() {
    return question(
        asked ->
            Record.newRecord(
                Name.fromConstantString("other.example."), asked.getType(), asked.getDClass()));
  }

  /** A response with the right id and name, but to a question for another type. */
  public static Responder wrongType() {
    return question(
        asked -> Record.newRecord(asked.getName(), asked.getType() + 1, asked.getDClass()));
  }

  /** A response that repeats the question twice. */
  public static Responder secondQuestion() {
    return changed(
        Rcode.NXDOMAIN, message -> message.addRecord(message.getQuestion(), Section.QUESTION));
  }

  /** A response whose question is spelt in capitals; RFC 4343 makes it the same name. */
  public static Responder capitals() {
    return question(
        asked ->
            Record.newRecord(
                Name.fromConstantString(asked.getName().toString().toUpperCase(Locale.ROOT)),
                asked.getType(),
                asked.getDClass()));
  }

  /** The query sent back as it was: QR is clear. */
  public static Responder echo() {
    return (query, sink) -> sink.send(query.octets());
  }

  /** A response to NOTIFY, which was not sent. */
  public static Responder wrongOpcode() {
    return changed(Rcode.NOERROR, message -> message.getHeader().setOpcode(Opcode.NOTIFY));
  }

  /** A response that is marked as cut short, without content. */
  public static Responder truncated() {
    return changed(Rcode.NOERROR, message -> message.getHeader().setFlag(Flags.TC));
  }

  /** Octets that are not a message; the first two are the inverted id. */
  public static Responder garbage(int length) {
    return octets(
        query -> {
          byte[] garbage = garbageWithId(query, length);
          garbage[0] ^= (byte) 0xff;
          return garbage;
        });
  }

  /** Octets that are not a message after the right id. */
  public static Responder garbageWithRightId(int length) {
    return octets(query -> garbageWithId(query, length));
  }

  /** A response that ends in the middle of its question. */
  public static Responder cutOff() {
    return octets(
        query -> {
          byte[] whole = query.response(Rcode.NOERROR).toWire();
          return Arrays.copyOf(whole, HEADER + 3);
        });
  }

  /** A response whose question's name is a pointer to itself (RFC 1035 §4.1.4). */
  public static Responder compressionLoop() {
    return octets(
        query -> {
          byte[] header = Arrays.copyOf(query.response(Rcode.NOERROR).toWire(), HEADER);
          return ByteBuffer.allocate(HEADER + 6)
              .put(header)
              .putShort((short) (0xc000 | HEADER))
              .putShort((short) 1)
              .putShort((short) 1)
              .array();
        });
  }

  /** A response of exactly {@link #LARGEST} octets, all of it text. */
  public static Responder largest() {
    return (query, sink) -> sink.send(largest(query));
  }

  /** This many short texts, which were not queried. */
  public static Responder manyTexts(int count) {
    return (query, sink) -> {
      Message message = query.response(Rcode.NOERROR);
      Name owner = query.question().orElseThrow().getName();
      for (int i = 0; i < count; i++) {
        message.addRecord(text(owner, SHORTEST_TEXT), Section.ANSWER);
      }
      sink.send(message);
    };
  }

  /** UDP: the right answer, but from another port than the queried one. */
  public static Responder wrongSource() {
    return (query, _) -> {
      try (DatagramChannel other = DatagramChannel.open()) {
        other.bind(new InetSocketAddress(query.from().getAddress(), 0));
        other.send(ByteBuffer.wrap(query.response(Rcode.NOERROR).toWire()), query.from());
      }
    };
  }

  /** TCP: a frame of no octets. */
  public static Responder emptyFrame() {
    return (_, sink) -> sink.send(new byte[0]);
  }

  /** TCP: this many octets of a frame, then the end of the stream. */
  public static Responder partOfFrame(int octets) {
    return (query, sink) -> {
      Connection connection = sink.connection().orElseThrow();
      connection.write(Arrays.copyOf(frame(query), octets));
      connection.end();
    };
  }

  /** TCP: a whole message with a length prefix that announces this many octets more. */
  public static Responder lengthThatLies(int more) {
    return (query, sink) -> {
      byte[] frame = frame(query);
      ByteBuffer.wrap(frame).putShort((short) (frame.length - 2 + more));
      sink.connection().orElseThrow().write(frame);
    };
  }

  /** TCP: a reset in place of an answer. */
  public static Responder reset() {
    return (_, sink) -> sink.connection().orElseThrow().reset();
  }

  /** TCP: an answer in drops of a few octets, with a pause between them. */
  public static Responder drip(int atOnce, Duration pause) {
    return (query, sink) -> sink.connection().orElseThrow().drip(frame(query), atOnce, pause);
  }

  /** TCP: the same octets repeatedly, a few at a time, as long as the client accepts it. */
  public static Responder endless(byte[] octets, int atOnce) {
    return (_, sink) -> {
      while (true) { // ends with an exception, once the connection is closed
        sink.connection().orElseThrow().drip(octets, atOnce, Duration.ZERO);
      }
    };
  }

  /** UDP: this many datagrams at full speed, while others are served. */
  public static Responder flood(int count, Encoder encoder) {
    return (query, sink) -> flood(count, encoder.encode(query), sink);
  }

  private static void flood(int count, byte[] datagram, Sink sink) throws IOException {
    int now = Math.min(count, DATAGRAMS_AT_ONCE);
    for (int i = 0; i < now; i++) {
      sink.send(datagram);
    }
    if (count > now) {
      sink.after(Duration.ZERO, () -> flood(count - now, datagram, sink));
    }
  }

  /** TCP: several frames in one write, each from a message. */
  public static Responder inOneWrite(Encoder... encoders) {
    return (query, sink) -> {
      ByteBuffer all = ByteBuffer.allocate(LARGEST);
      for (Encoder encoder : encoders) {
        all.put(Connection.framed(encoder.encode(query)));
      }
      byte[] octets = new byte[all.flip().remaining()];
      all.get(octets);
      sink.connection().orElseThrow().write(octets);
    };
  }

  /** A short response with this code, as octets. */
  public static Encoder shortAnswer(int rcode) {
    return query -> query.response(rcode).toWire();
  }

  /** Creates the octets to send for a query. */
  @FunctionalInterface
  public interface Encoder {
    byte[] encode(Query query) throws IOException;
  }

  /** Sends any octets. */
  public static Responder octets(Encoder encoder) {
    return (query, sink) -> sink.send(encoder.encode(query));
  }

  private static Responder changed(int rcode, Consumer<Message> change) {
    return octets(
        query -> {
          Message message = query.response(rcode);
          change.accept(message);
          return message.toWire();
        });
  }

  private static Responder question(UnaryOperator<Record> change) {
    return octets(
        query -> {
          Message message = query.response(Rcode.NXDOMAIN);
          message.removeAllRecords(Section.QUESTION);
          message.addRecord(change.apply(query.question().orElseThrow()), Section.QUESTION);
          return message.toWire();
        });
  }

  private static byte[] garbageWithId(Query query, int length) {
    byte[] garbage = new byte[length];
    Arrays.fill(garbage, (byte) 0xff);
    System.arraycopy(query.octets(), 0, garbage, 0, Math.min(2, length));
    return garbage;
  }

  private static byte[] frame(Query query) {
    return Connection.framed(query.response(Rcode.NXDOMAIN).toWire());
  }

  /** Two records of text that fill the space after the header and the question. */
  private static byte[] largest(Query query) throws IOException {
    Message message = query.response(Rcode.NOERROR);
    Record question = query.question().orElseThrow();
    int room = LARGEST - message.toWire().length;
    for (int size : new int[] {room / 2, room - room / 2}) {
      message.addRecord(text(question.getName(), size), Section.ANSWER);
    }
    return message.toWire();
  }

  /** A TXT record that takes this many octets after a compressed name. */
  private static Record text(Name owner, int octets) throws IOException {
    int fixed = 2 + 2 + 2 + 4 + 2; // pointer, type, class, ttl, length (RFC 1035 §4.1.3)
    ByteBuffer data = ByteBuffer.allocate(octets - fixed);
    while (data.hasRemaining()) {
      int length = Math.min(255, data.remaining() - 1);
      data.put((byte) length);
      for (int i = 0; i < length; i++) {
        data.put((byte) 'x');
      }
    }
    return Record.newRecord(owner, Type.TXT, DClass.IN, TTL, data.array());
  }
}
