package io.github.dnsonde.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.ExtendedError;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Reply.Malformed;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.Probes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Reading of messages, valid and hostile. */
class CodecTest {

  private static final int ID = 0x4711;
  private static final int HEADER = 12;
  private static final int LARGEST = 65_535;
  private static final Name OWNER = Name.fromConstantString("example.com.");
  private static final Name OTHER = Name.fromConstantString("edge.example.net.");

  private static final Question QUESTION =
      Probes.question(
          "example.com.",
          RecordType.A,
          Transport.TCP,
          new Records(List.of(Cidr.parse("192.0.2.0/24")), false));

  private static final Codec CODEC = new Codec(QUESTION);

  /** CPU time, so that a busy machine does not matter. */
  private static final Duration LONGEST_READ = Duration.ofMillis(100);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  // Defects that a good answer survives.

  @ParameterizedTest(name = "{0}")
  @MethodSource("spoilt")
  void defectsAfterTheAnswersDoNotSpoilThem(Sample spoilt) {
    Answered answered = answered(spoilt.octets);

    assertEquals(List.of(new Answer("example.com.", "A", "192.0.2.80")), answered.answers());
    assertEquals(Rcode.NOERROR, answered.rcode(), "response code");
    assertEquals(1, answered.count(), "records");
  }

  /** A message with its special feature. */
  static final class Sample {
    private final String name;
    private final byte[] octets;

    Sample(String name, byte[] octets) {
      this.name = name;
      this.octets = octets;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> spoilt() {
    byte[] good = message(1, 1, 0, 0, 0x8180, a());
    return Stream.of(
        new Sample(
            "client subnet of an unknown family",
            message(1, 1, 0, 1, 0x8180, a(), opt(0, bytes(0, 8, 0, 4, 0, 0, 0, 0)))),
        new Sample(
            "keepalive of one octet",
            message(1, 1, 0, 1, 0x8180, a(), opt(0, bytes(0, 11, 0, 1, 9)))),
        new Sample(
            "an option longer than its record",
            message(1, 1, 0, 1, 0x8180, a(), opt(0, bytes(0, 3, 0, 200, 1)))),
        new Sample(
            "two OPT records", message(1, 1, 0, 2, 0x8180, a(), opt(0, bytes()), opt(0, bytes()))),
        new Sample("a wrong count of additional records", message(1, 1, 0, 3, 0x8180, a())),
        new Sample("a wrong count of authority records", message(1, 1, 0xffff, 0, 0x8180, a())),
        new Sample("garbage in authority", message(1, 1, 1, 0, 0x8180, a(), bytes(0xff, 0xfe, 3))),
        new Sample(
            "a cut off record in additional",
            message(1, 1, 0, 1, 0x8180, a(), bytes(0xc0, 12, 0, 1, 0, 1))),
        new Sample("octets after the last record", concat(good, bytes(1, 2, 3))));
  }

  @Test
  void theCodeOfAnErrorIsReadEvenFromABadOptRecord() {
    byte[] badVersion = message(1, 0, 0, 1, 0x8180, opt(1, bytes(0, 8, 0, 4, 0, 0, 0, 0)));

    Answered answered = answered(badVersion);

    assertEquals(Rcode.BADVERS, answered.rcode(), "response code");
    assertTrue(answered.edns(), "has EDNS");
  }

  @Test
  void dataOfOtherTypesMayBeGarbage() {
    byte[] signature = record(46, 1, bytes(1, 2, 3)); // RRSIG

    Answered answered = answered(message(1, 2, 0, 0, 0x8180, signature, a()));

    assertEquals(
        List.of("RRSIG \\# 3 010203", "A 192.0.2.80"),
        answered.answers().stream().map(Answer::toString).toList());
  }

  @Test
  void dataOfTheQueriedTypeMayNotBeGarbage() {
    assertEquals(
        new Malformed("record 2 of 2 in the answer: 3 octets are not valid data of type A"),
        reply(message(1, 2, 0, 0, 0x8180, a(), record(1, 1, bytes(192, 0, 2)))));
  }

  @Test
  void aRecordOfAnotherClassIsShownWithIt() {
    assertEquals(
        List.of(new Answer("example.com.", "CH", "A", "192.0.2.80")),
        answered(message(1, 1, 0, 0, 0x8180, record(1, 3, bytes(192, 0, 2, 80)))).answers());
  }

  @Test
  void anAnswerThatEndsEarlyIsMalformedAndNamesThePosition() {
    byte[] whole = message(1, 2, 0, 0, 0x8180, a(), a());

    assertEquals(
        new Malformed("record 2 of 2 in the answer: its data ends at octet 61, the message has 58"),
        reply(Arrays.copyOf(whole, whole.length - 3)));
  }

  @Test
  void aTruncatedAnswerIsReadUpToTheCut() {
    byte[] whole = message(1, 2, 0, 0, 0x8380, a(), a());

    Answered answered = answered(Arrays.copyOf(whole, whole.length - 3));

    assertTrue(answered.truncated(), "truncated");
    assertEquals(1, answered.count(), "records before the cut");
  }

  @Test
  void anErrorWithGarbageIsTheError() {
    assertEquals(
        Rcode.SERVFAIL, answered(message(1, 5, 5, 5, 0x8182, bytes(0xff, 1))).rcode(), "code");
  }

  @Test
  void aReferralNamesOtherServersAndIsNotAuthoritative() {
    byte[] ns = record(2, 1, bytes(1, 'a', 0));
    byte[] soa = record(6, 1, concat(bytes(1, 'a', 0, 1, 'b', 0), new byte[20]));

    assertTrue(answered(message(1, 0, 1, 0, 0x8100, ns)).referral(), "NS alone");
    assertTrue(!answered(message(1, 0, 1, 0, 0x8500, ns)).referral(), "NS with authority");
    assertTrue(!answered(message(1, 0, 2, 0, 0x8100, ns, soa)).referral(), "NS and SOA");
    assertTrue(!answered(message(1, 0, 0, 1, 0x8100, ns)).referral(), "NS in additional");
    assertTrue(!answered(message(1, 0, 0, 0, 0x8100)).referral(), "nothing");
  }

  @Test
  void compressedNamesInDataAreReadWhole() throws IOException {
    Codec mail =
        new Codec(
            Probes.question(
                "example.com.", RecordType.MX, Transport.TCP, new Records(List.of(), false)));
    Message message = response();
    message.removeAllRecords(Section.QUESTION);
    message.addRecord(Record.newRecord(OWNER, Type.MX, DClass.IN), Section.QUESTION);
    Name host = Name.fromString("mail", OWNER);
    for (Record record :
        List.of(
            new MXRecord(OWNER, DClass.IN, 1, 10, host),
            new SRVRecord(OWNER, DClass.IN, 1, 1, 2, 53, host),
            new SOARecord(OWNER, DClass.IN, 1, host, OTHER, 1, 2, 3, 4, 5),
            new NSRecord(OWNER, DClass.IN, 1, host),
            new CNAMERecord(OWNER, DClass.IN, 1, host))) {
      message.addRecord(record, Section.ANSWER);
    }

    assertEquals(
        List.of(
            "MX 10 mail.example.com.",
            "SRV 1 2 53 mail.example.com.",
            "SOA mail.example.com. edge.example.net. 1 2 3 4 5",
            "NS mail.example.com.",
            "CNAME mail.example.com."),
        assertInstanceOf(Answered.class, ours(mail.read(ID, wrap(message.toWire()))))
            .answers()
            .stream()
            .map(Answer::toString)
            .toList());
  }

  // The cost of hostile octets.

  @ParameterizedTest(name = "{0}")
  @MethodSource("bombs")
  void noMessageTakesLong(Sample bomb) {
    assertEquals(LARGEST, bomb.octets.length, 20, "octets");
    for (int i = 0; i < 3; i++) { // lets Java compile the code first
      judged(bomb.octets);
    }
    assertQuick(bomb.octets, bomb.name);
  }

  static Stream<Sample> bombs() {
    return Stream.of(
        new Sample("pointers to pointers, for the name of each record", pointers(a(4).length)),
        new Sample("pointers to pointers, for the alias in each record", aliases()),
        new Sample("names of 127 labels, each pointed to", longNames()),
        new Sample("names of 127 labels and fewer, each pointed to once", suffixes()),
        new Sample("as many aliases as fit, the last first", chain()),
        new Sample("as many records as fit", many(a())),
        new Sample("empty records of the root", many(bytes(0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0))),
        new Sample("one text of nothing but escapes", text()));
  }

  @Test
  void noNameMayPointToItselfOrForwardOrThroughTooManyPointers() {
    assertMalformed("a name points forward, from 29 to 29", bytes(0xc0, 29));
    assertMalformed("a name points forward, from 29 to 200", bytes(0xc0, 200));
    byte[] bomb = pointers(a(4).length);
    assertEquals(
        new Malformed("record 2 of 3073 in the answer: a name has more than 127 pointers"),
        reply(bomb));
  }

  private static void assertMalformed(String what, byte[] name) {
    assertEquals(
        new Malformed("record 1 of 1 in the answer: " + what),
        reply(message(1, 1, 0, 0, 0x8180, concat(name, new byte[10]))));
  }

  // Random octets.

  /** Seeds are fixed, so that each finding can be reproduced. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void mutatedRepliesAreReadOrRefusedWithoutAnException(Sample valid) {
    answered(valid.octets);
    Random random = new Random(4_711);
    int tries = 2_000_000 / (200 + valid.octets.length);
    int[] seen = new int[3];
    for (int i = 0; i < tries; i++) {
      byte[] mutated = mutated(valid.octets, random);
      int kind = assertQuick(mutated, valid.name + ", try " + i);
      seen[kind]++;
    }
    assertTrue(
        seen[0] > 0 && seen[1] > 0,
        () -> "answers, malformed and foreign messages: " + Arrays.toString(seen));
  }

  static Stream<Sample> replies() throws IOException {
    Message aliased = response();
    aliased.addRecord(new CNAMERecord(OWNER, DClass.IN, 1, OTHER), Section.ANSWER);
    aliased.addRecord(new ARecord(OTHER, DClass.IN, 1, address()), Section.ANSWER);
    Message rich = response();
    Name host = Name.fromString("host", OWNER);
    for (Record record :
        List.of(
            new ARecord(OWNER, DClass.IN, 1, address()),
            new MXRecord(OWNER, DClass.IN, 1, 10, host),
            new SRVRecord(OWNER, DClass.IN, 1, 1, 2, 53, host),
            new SOARecord(OWNER, DClass.IN, 1, host, OTHER, 1, 2, 3, 4, 5),
            new TXTRecord(OWNER, DClass.IN, 1, List.of("one", "two")),
            Record.fromString(
                OWNER, Type.NAPTR, DClass.IN, 1, "1 2 \"u\" \"s\" \"!a!b!\" .", OWNER),
            Record.fromString(OWNER, Type.CAA, DClass.IN, 1, "0 issue \"ca\"", OWNER),
            Record.fromString(OWNER, Type.HTTPS, DClass.IN, 1, "1 . alpn=h2", OWNER),
            Record.fromString(
                OWNER, Type.NSEC, DClass.IN, 1, "host.example.com. A MX RRSIG", OWNER),
            Record.fromString(
                OWNER, Type.LOC, DClass.IN, 1, "52 22 23 N 4 53 32 E -2m 0m 10000m 10m", OWNER),
            Record.fromString(OWNER, Type.APL, DClass.IN, 1, "1:192.0.2.0/24", OWNER))) {
      rich.addRecord(record, Section.ANSWER);
    }
    rich.addRecord(new NSRecord(OWNER, DClass.IN, 1, host), Section.AUTHORITY);
    rich.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
    return Stream.of(
        new Sample("one address", message(1, 1, 0, 1, 0x8180, a(), opt(0, bytes()))),
        new Sample("an alias", aliased.toWire()),
        new Sample("all sorts of records", rich.toWire()),
        new Sample("64 KiB", many(a())));
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] octets = valid.clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      int at = 2 + random.nextInt(octets.length - 3);
      switch (random.nextInt(6)) {
        case 0 -> octets[at] = (byte) random.nextInt();
        case 1 -> octets[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> ByteBuffer.wrap(octets).putShort(at, (short) (0xc000 | random.nextInt(at)));
        case 3 -> ByteBuffer.wrap(octets).putShort(4 + 2 * random.nextInt(4), (short) -1);
        case 4 ->
            octets =
                random.nextInt(10) > 0 ? octets : Arrays.copyOf(octets, Math.max(HEADER + 1, at));
        default -> {
          int length = Math.min(random.nextInt(40), octets.length - at);
          System.arraycopy(octets, random.nextInt(at), octets, at, Math.min(length, at) / 2);
        }
      }
    }
    return octets;
  }

  /** Reads and judges a message. Returns 0 for an answer, 1 for malformed, 2 for foreign. */
  private static int assertQuick(byte[] octets, String what) {
    long before = THREADS.getCurrentThreadCpuTime();
    int kind = judged(octets);
    Duration took = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before);
    assertTrue(took.compareTo(LONGEST_READ) < 0, () -> what + " took " + took);
    return kind;
  }

  private static int judged(byte[] octets) {
    return switch (CODEC.read(ID, wrap(octets))) {
      case Codec.Read.Foreign _ -> 2;
      case Codec.Read.Ours(var reply) -> {
        Outcome outcome =
            Outcome.judged(
                Probes.probe(new InetSocketAddress(address(), 53), QUESTION),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Ignored.NONE,
                reply,
                Duration.ofSeconds(5));
        yield outcome.reply() instanceof Malformed ? 1 : 0;
      }
    };
  }

  // Messages, octet by octet.

  private static io.github.dnsonde.probe.Reply reply(byte[] octets) {
    return ours(CODEC.read(ID, wrap(octets)));
  }

  private static io.github.dnsonde.probe.Reply ours(Codec.Read read) {
    return assertInstanceOf(Codec.Read.Ours.class, read).reply();
  }

  private static Answered answered(byte[] octets) {
    return assertInstanceOf(Answered.class, reply(octets));
  }

  private static ByteBuffer wrap(byte[] octets) {
    return ByteBuffer.wrap(octets);
  }

  private static InetAddress address() {
    return InetAddress.ofLiteral("192.0.2.80");
  }

  private static Message response() {
    Message message = new Message(ID);
    message.getHeader().setFlag(Flags.QR);
    message.addRecord(Record.newRecord(OWNER, Type.A, DClass.IN), Section.QUESTION);
    return message;
  }

  private static byte[] bytes(int... octets) {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Stream.of(parts).mapToInt(part -> part.length).sum());
    Stream.of(parts).forEach(all::put);
    return all.array();
  }

  /** A response with these counts, the question, and then these octets. */
  private static byte[] message(
      int questions, int answers, int authorities, int additionals, int flags, byte[]... rest) {
    byte[] header =
        ByteBuffer.allocate(HEADER)
            .putShort((short) ID)
            .putShort((short) flags)
            .putShort((short) questions)
            .putShort((short) answers)
            .putShort((short) authorities)
            .putShort((short) additionals)
            .array();
    byte[] question = concat(OWNER.toWire(), bytes(0, 1, 0, 1));
    return concat(header, question, concat(rest));
  }

  /** A record of the queried name. */
  private static byte[] record(int type, int dnsClass, byte[] data) {
    return named(bytes(0xc0, HEADER), type, dnsClass, data);
  }

  private static byte[] named(byte[] name, int type, int dnsClass, byte[] data) {
    return concat(
        name, bytes(0, type, 0, dnsClass, 0, 0, 0, 60, data.length >> 8, data.length), data);
  }

  private static byte[] a() {
    return record(1, 1, bytes(192, 0, 2, 80));
  }

  /** A record whose name is a pointer to this offset. */
  private static byte[] a(int name) {
    return named(bytes(0xc0 | name >> 8, name), 1, 1, bytes(192, 0, 2, 80));
  }

  /** RFC 8914 §2: an option of code 15 with a code and a text, after options of other codes. */
  @Test
  void theFirstExtendedErrorIsRead() {
    byte[] cookie = bytes(0, 10, 0, 2, 1, 2);
    byte[] error = bytes(0, 15, 0, 4, 0, 13, 'n', 's');
    byte[] another = bytes(0, 15, 0, 2, 0, 22);
    Answered failure =
        answered(message(1, 0, 0, 1, 0x8182, opt(0, concat(cookie, error, another))));
    assertEquals(Optional.of(ExtendedError.CACHED_ERROR), failure.extendedError());
    assertEquals(Optional.of("extended error 13 (Cached Error)"), failure.detail());
  }

  /** An option without a code, one that is longer than the record, the begin of one, and none. */
  @Test
  void brokenOptionsHaveNoExtendedError() {
    for (byte[] options :
        List.of(bytes(0, 15, 0, 1, 13), bytes(0, 15, 0, 9, 0, 13), bytes(0, 15), bytes())) {
      Answered failure = answered(message(1, 0, 0, 1, 0x8182, opt(0, options)));
      assertEquals(Optional.empty(), failure.extendedError());
    }
  }

  private static byte[] opt(int extendedRcode, byte[] options) {
    return concat(bytes(0, 0, 41, 4, 208, extendedRcode, 0, 0, 0, 0, options.length), options);
  }

  /** Repeats a record as often as 64 KiB allow. */
  private static byte[] many(byte[] record) {
    int count = (LARGEST - message(1, 0, 0, 0, 0x8180).length) / record.length;
    byte[][] records = new byte[count][];
    Arrays.fill(records, record);
    return message(1, count, 0, 0, 0x8180, records);
  }

  /**
   * Puts a chain of pointers to pointers into a record of its own; every other record points there.
   */
  private static byte[] pointers(int size) {
    return chained(last -> a(last), size);
  }

  /** The same, but in the data. */
  private static byte[] aliases() {
    return chained(
        last -> record(5, 1, bytes(0xc0 | last >> 8, last)), record(5, 1, bytes(0, 0)).length);
  }

  private interface Pointing {
    byte[] record(int last);
  }

  private static byte[] chained(Pointing pointing, int size) {
    int start =
        HEADER + 17 + 12; // offset after the header, the question, and the head of the record
    ByteBuffer chain = ByteBuffer.allocate(16_382 - start);
    int target = HEADER;
    while (chain.remaining() > 1) {
      int here = start + chain.position();
      chain.putShort((short) (0xc000 | target));
      target = here;
    }
    byte[] holder = record(10, 1, chain.array()); // NULL
    int count = (LARGEST - HEADER - 17 - holder.length) / size;
    List<byte[]> records = new ArrayList<>(List.of(holder));
    for (int i = 0; i < count; i++) {
      records.add(pointing.record(target));
    }
    return message(1, records.size(), 0, 0, 0x8180, records.toArray(byte[][]::new));
  }

  private static byte[] longNames() {
    byte[] labels = new byte[254];
    for (int i = 0; i < labels.length; i += 2) {
      labels[i] = 1;
      labels[i + 1] = '.'; // has to be escaped
    }
    byte[] first = named(concat(labels, bytes(0)), 1, 1, bytes(192, 0, 2, 80));
    byte[] other = a(HEADER + 17);
    int count = (LARGEST - HEADER - 17 - first.length) / other.length;
    List<byte[]> records = new ArrayList<>(List.of(first));
    for (int i = 0; i < count; i++) {
      records.add(other);
    }
    return message(1, records.size(), 0, 0, 0x8180, records.toArray(byte[][]::new));
  }

  private static byte[] suffixes() {
    byte[] labels = new byte[254];
    for (int i = 0; i < labels.length; i += 2) {
      labels[i] = 1;
      labels[i + 1] = '.';
    }
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      records.add(named(concat(labels, bytes(0)), 1, 1, bytes(192, 0, 2, 80)));
    }
    int target = HEADER + 17;
    while (HEADER + 17 + size(records) + 16 <= LARGEST) {
      records.add(a(target));
      boolean next = (target - HEADER - 17) % records.getFirst().length == 100;
      target += next ? records.getFirst().length - 100 : 2;
    }
    return message(1, records.size(), 0, 0, 0x8180, records.toArray(byte[][]::new));
  }

  private static int size(List<byte[]> records) {
    return records.stream().mapToInt(record -> record.length).sum();
  }

  private static byte[] chain() {
    int links = (LARGEST - HEADER - 17) / 24;
    List<byte[]> records = new ArrayList<>();
    for (int i = links - 1; i >= 0; i--) {
      byte[] owner = i == 0 ? bytes(0xc0, HEADER) : link(i);
      records.add(named(owner, 5, 1, link(i + 1)));
    }
    while (HEADER + 17 + size(records) + 11 <= LARGEST) {
      records.add(bytes(0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0));
    }
    return message(1, records.size(), 0, 0, 0x8180, records.toArray(byte[][]::new));
  }

  private static byte[] link(int number) {
    return bytes(
        5,
        'n',
        '0' + number / 1_000,
        '0' + number / 100 % 10,
        '0' + number / 10 % 10,
        '0' + number % 10,
        0);
  }

  private static byte[] text() {
    int room = LARGEST - HEADER - 17 - 12;
    byte[] data = new byte[room];
    for (int at = 0; at < room; at += 256) {
      data[at] = (byte) Math.min(255, room - at - 1);
    }
    return message(1, 1, 0, 0, 0x8180, record(16, 1, data));
  }
}
