package io.github.dnsonde.demo;

import static io.github.dnsonde.testkit.Asker.BRIEF;
import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Probes.probe;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The names that the server knows, and its robustness against clients. */
@Timeout(60)
class DnsStandInTest {

  private static final int ID = 4711;

  private FakeDnsServer server;
  private DatagramChannel client;

  @BeforeEach
  void start() throws IOException {
    server = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns());
    client = DatagramChannel.open().connect(server.address());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "kubernetes.default.svc.cluster.local., A, NOERROR, 10.96.0.1, true",
    "KUBERNETES.Default.svc.cluster.local., A, NOERROR, 10.96.0.1, true",
    "kube-dns.kube-system.svc.cluster.local., A, NOERROR, 10.96.0.10, true",
    "kubernetes.default.svc.cluster.local., AAAA, NOERROR, '', true",
    "default.svc.cluster.local., A, NOERROR, '', true",
    "missing.default.svc.cluster.local., A, NXDOMAIN, '', true",
    "dns-version.cluster.local., TXT, NOERROR, 1.1.0, true",
    "example.com., A, NOERROR, 192.0.2.80, false",
    "example.com., AAAA, NOERROR, 2001:db8:0:0:0:0:0:80, false",
    "www.example.com., A, NOERROR, example.com. 192.0.2.80, false",
    "www.example.com., CNAME, NOERROR, example.com., false",
    "example.com., SRV, NOERROR, '', false",
    "missing.example.com., A, NXDOMAIN, '', false",
    "example.org., A, NXDOMAIN, '', false",
    "., A, NXDOMAIN, '', false",
    "x.any.example.com., A, NOERROR, 192.0.2.81, false",
    "x.y.any.example.com., A, NOERROR, 192.0.2.81, false",
    "x.any.example.com., AAAA, NOERROR, '', false",
    "any.example.com., A, NOERROR, '', false",
  })
  void knowsItsNames(String name, String type, String rcode, String answers, boolean authority)
      throws IOException {
    Message response = exchange(query(name, Type.value(type)));

    assertEquals(Rcode.value(rcode), response.getRcode(), () -> "rcode of " + response);
    assertEquals(answers, data(response, Section.ANSWER));
    assertEquals(authority, response.getHeader().getFlag(Flags.AA), "authoritative");
    assertTrue(response.getHeader().getFlag(Flags.QR), "a response");
    assertEquals(ID, response.getHeader().getID(), "id");
  }

  private static String data(Message message, int section) {
    return String.join(
        " ", message.getSection(section).stream().map(Record::rdataToString).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "missing.default.svc.cluster.local., cluster.local.",
    "missing.example.com., example.com.",
    "example.org., .",
  })
  void negativeAnswerNamesItsAuthority(String name, String zone) throws IOException {
    List<Record> authority = exchange(query(name, Type.A)).getSection(Section.AUTHORITY);

    assertEquals(1, authority.size(), () -> "authority " + authority);
    assertEquals(
        zone, assertInstanceOf(SOARecord.class, authority.getFirst()).getName().toString());
  }

  @Test
  void ednsIsAnsweredByEdnsAndItsAbsenceWithoutEdns() throws IOException {
    assertEquals(null, exchange(query("example.com.", Type.A)).getOPT());

    Message query = query("example.com.", Type.A);
    query.addRecord(new OPTRecord(4_096, 0, 0), Section.ADDITIONAL);
    assertEquals(UdpListener.PAYLOAD, exchange(query).getOPT().getPayloadSize());
  }

  @Test
  void unknownVersionOfEdnsIsRefused() throws IOException {
    Message query = query("example.com.", Type.A);
    query.addRecord(new OPTRecord(1_232, 0, 1), Section.ADDITIONAL);

    assertEquals(Rcode.BADVERS, exchange(query).getRcode());
  }

  @ParameterizedTest(name = "{0} offered, {1} used")
  @CsvSource({"0, 512", "100, 512", "1232, 1232", "4096, 4096"})
  void answerIsCutToTheSizeThatTheClientAccepts(int offered, int limit) throws IOException {
    Message query = query("many.example.com.", Type.A);
    if (offered > 0) {
      query.addRecord(new OPTRecord(offered, 0, 0), Section.ADDITIONAL);
    }

    Message response = exchange(query);

    assertTrue(response.getHeader().getFlag(Flags.TC), "truncated");
    assertTrue(
        response.numBytes() <= limit, () -> response.numBytes() + " octets, the limit is " + limit);
  }

  @Test
  void anythingButAPlainQueryIsRefused() throws IOException {
    Message update = query("example.com.", Type.SOA);
    update.getHeader().setOpcode(Opcode.UPDATE);
    assertEquals(Rcode.NOTIMP, exchange(update).getRcode(), "another opcode");

    Message none = new Message(ID);
    assertEquals(Rcode.FORMERR, exchange(none).getRcode(), "no question");

    Message two = query("example.com.", Type.A);
    two.addRecord(question("example.org.", Type.A, DClass.IN), Section.QUESTION);
    assertEquals(Rcode.FORMERR, exchange(two).getRcode(), "two questions");

    Message chaos = new Message(ID);
    chaos.addRecord(question("version.bind.", Type.TXT, DClass.CH), Section.QUESTION);
    assertEquals(Rcode.REFUSED, exchange(chaos).getRcode(), "another class");

    byte[] cut = Arrays.copyOf(query("example.com.", Type.A).toWire(), 15);
    Message garbled = exchange(cut);
    assertEquals(Rcode.FORMERR, garbled.getRcode(), "half a question");
    assertEquals(ID, garbled.getHeader().getID(), "id of half a question");
  }

  @Test
  void responseIsNeverAnswered() throws IOException {
    Message response = query("example.com.", Type.A);
    response.getHeader().setFlag(Flags.QR);
    client.write(ByteBuffer.wrap(response.toWire()));
    byte[] garbled = Arrays.copyOf(response.toWire(), 15);
    client.write(ByteBuffer.wrap(garbled));

    Message query = query("example.com.", Type.AAAA);
    assertEquals(
        Type.AAAA, exchange(query).getQuestion().getType(), "the first answer is to the query");
  }

  @ParameterizedTest
  @EnumSource
  void garbageDoesNotEndIt(Transport transport) throws IOException {
    Random random = new Random(4711);
    for (int i = 0; i < 2_000; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      if (garbage.length > 6) {
        garbage[2] &= 0x01; // mostly queries, with plausible counts
        garbage[4] = 0;
      }
      switch (transport) {
        case UDP -> client.write(ByteBuffer.wrap(garbage));
        case TCP -> {
          if (i % 10 == 0) {
            sendAndReset(garbage);
          }
        }
      }
    }

    assertStillAnswers();
  }

  private void sendAndReset(byte[] garbage) throws IOException {
    try (SocketChannel channel = SocketChannel.open(server.address())) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.write(ByteBuffer.wrap(garbage));
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.testkit.Way#all")
  void responderThatThrowsFailsItsOwnQueryOnly(Way way) throws IOException {
    AtomicInteger queries = new AtomicInteger();
    Responder throwing =
        (query, sink) -> {
          switch (queries.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("on purpose");
            case 2 -> throw new IOException("on purpose");
            case 3 ->
                sink.after(
                    Duration.ZERO,
                    () -> {
                      throw new IllegalStateException("on purpose");
                    });
            default -> FakeDnsServer.clusterDns().respond(query, sink);
          }
        };
    try (FakeDnsServer flawed = way.start(throwing);
        Asker asker = new Asker()) {
      for (int i = 0; i < 3; i++) {
        asker.ask(probe(flawed.address(), way.transport()), BRIEF);
      }

      assertEquals(
          new Good(), asker.ask(probe(flawed.address(), way.transport()), PATIENT).verdict());
    }
  }

  @Test
  void responderDistinguishesClients() throws IOException {
    InetAddress favoured = InetAddress.ofLiteral("127.0.2.7");
    Responder choosy =
        (query, sink) -> {
          if (query.from().getAddress().equals(favoured) && query.transport() == Transport.UDP) {
            FakeDnsServer.clusterDns().respond(query, sink);
          } else {
            sink.send(query.response(Rcode.REFUSED));
          }
        };
    try (FakeDnsServer choosing = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, choosy);
        Asker asker = new Asker()) {
      assertEquals(Rcode.NOERROR, rcode(asker, choosing, favoured, Transport.UDP));
      assertEquals(Rcode.REFUSED, rcode(asker, choosing, favoured, Transport.TCP));
      assertEquals(Rcode.REFUSED, rcode(asker, choosing, Way.IPV4, Transport.UDP));
    }
  }

  private static int rcode(
      Asker asker, FakeDnsServer server, InetAddress from, Transport transport) {
    Outcome outcome =
        asker.ask(
            probe(
                Probes.vantageAt(from),
                server.address(),
                Probes.question(Probes.EXTERNAL, transport)),
            PATIENT);
    return assertInstanceOf(Answered.class, outcome.reply()).rcode();
  }

  @Test
  void oneDelayedAnswerDelaysNoOther() throws IOException {
    Responder slowForOne =
        (query, sink) -> {
          Duration delay =
              query.question().orElseThrow().getName().labels() > 3 ? PATIENT : Duration.ZERO;
          sink.after(delay, () -> FakeDnsServer.clusterDns().respond(query, sink));
        };
    try (FakeDnsServer slow = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, slowForOne);
        Asker asker = new Asker()) {
      asker
          .exchange()
          .query(
              probe(slow.address(), Probes.question("www.example.com.", Transport.UDP)),
              PATIENT,
              PATIENT,
              _ -> {});
      for (Transport transport : Transport.values()) {
        assertEquals(
            new Good(),
            asker
                .ask(
                    probe(slow.address(), Probes.question("example.com.", transport)),
                    PATIENT.dividedBy(2))
                .verdict());
      }
    }
  }

  @Test
  void severalQueriesOnOneConnectionAreAllAnswered() throws IOException {
    try (SocketChannel channel = SocketChannel.open(server.address())) {
      byte[] query = query("example.com.", Type.A).toWire();
      ByteBuffer two = ByteBuffer.allocate(2 * (query.length + 2));
      for (int i = 0; i < 2; i++) {
        two.put(FakeDnsServer.Connection.framed(query));
      }
      channel.write(two.flip());

      byte[] first = frame(channel);
      assertArrayEquals(first, frame(channel), "the same answer to the same query");
      assertEquals("192.0.2.80", data(new Message(first), Section.ANSWER));
    }
  }

  private static byte[] frame(SocketChannel channel) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(2);
    fill(channel, length);
    ByteBuffer message = ByteBuffer.allocate(length.getShort(0));
    fill(channel, message);
    return message.array();
  }

  private static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      assertFalse(channel.read(buffer) < 0, "end of stream");
    }
  }

  @Test
  void closedServerReleasesItsPortAndItsClients() throws IOException {
    try (SocketChannel connected = SocketChannel.open(server.address())) {
      server.close();

      assertTrue(atEnd(connected), "a connection of a closed server ends");
      InetSocketAddress address = server.address();
      try (FakeDnsServer next =
          FakeDnsServer.start(
              address.getAddress(), address.getPort(), FakeDnsServer.clusterDns())) {
        assertEquals(address, next.address());
      }
    }
  }

  private static boolean atEnd(SocketChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException _) {
      return true; // a reset is also an end
    }
  }

  @Test
  void portThatIsTakenIsAnError() {
    assertThrows(
        BindException.class,
        () ->
            FakeDnsServer.start(Way.IPV4, server.address().getPort(), FakeDnsServer.clusterDns())
                .close());
  }

  @Test
  void closedServerLeavesNoThread() {
    server.close();

    List<String> left = standInThreads();
    for (int i = 0; i < 100 && !left.isEmpty(); i++) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      left = standInThreads();
    }
    assertEquals(List.of(), left, "threads of the stand-in");
  }

  private static List<String> standInThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("stand-in"))
        .toList();
  }

  private void assertStillAnswers() throws IOException {
    try (Asker asker = new Asker()) {
      for (Transport transport : Transport.values()) {
        assertEquals(
            new Good(),
            asker.ask(probe(server.address(), transport), PATIENT).verdict(),
            () -> "over " + transport);
      }
    }
  }

  private Message exchange(Message query) throws IOException {
    return exchange(query.toWire());
  }

  private Message exchange(byte[] query) throws IOException {
    client.write(ByteBuffer.wrap(query));
    ByteBuffer buffer = ByteBuffer.allocate(65_535);
    client.read(buffer);
    byte[] response = new byte[buffer.flip().remaining()];
    buffer.get(response);
    return new Message(response);
  }

  private static Message query(String name, int type) {
    Message query = new Message(ID);
    Header header = query.getHeader();
    header.setFlag(Flags.RD);
    query.addRecord(question(name, type, DClass.IN), Section.QUESTION);
    return query;
  }

  private static Record question(String name, int type, int dclass) {
    return Record.newRecord(Name.fromConstantString(name), type, dclass);
  }
}
