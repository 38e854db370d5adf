package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Up to three nameservers on addresses of their own, port 53, that record every query. They answer
 * after a moment, so that queries sent together are seen together.
 */
final class RecordingServers implements AutoCloseable {

  /** The time before each answer of the first server; the others take longer. */
  static final Duration MOMENT = Duration.ofMillis(100);

  private static final int PORT = 53;

  private final Behaviour behaviour;
  private final List<InetAddress> addresses = new ArrayList<>();
  private final List<AutoCloseable> sockets = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();

  /** The way in which servers react to a query. */
  interface Behaviour {
    Act on(Seen query);
  }

  /** The reaction to a query. */
  enum Act {
    ADDRESS,
    NO_DATA,
    NO_SUCH_NAME,
    SERVFAIL,
    REFUSED,
    TRUNCATED,
    SILENCE
  }

  /**
   * A query as it arrived.
   *
   * @param server the number of the server, from 1
   * @param port the source port
   * @param udpSize of its OPT record; 0 without one
   */
  record Seen(
      long nanos,
      int server,
      Transport transport,
      String name,
      String type,
      int udpSize,
      boolean authenticData,
      int port) {

    @Override
    public String toString() {
      return server
          + " "
          + transport.label()
          + " "
          + name
          + " "
          + type
          + (udpSize == 0 ? "" : " edns " + udpSize)
          + (authenticData ? " ad" : "");
    }
  }

  /**
   * Starts servers.
   *
   * @param block distinguishes the addresses of several of these
   */
  RecordingServers(int block, int count, Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    for (int number = 1; number <= count; number++) {
      InetAddress address = InetAddress.ofLiteral("127.53." + block + "." + number);
      addresses.add(address);
      int server = number;
      DatagramSocket datagrams = new DatagramSocket(PORT, address);
      sockets.add(datagrams);
      ServerSocket connections = new ServerSocket(PORT, 16, address);
      sockets.add(connections);
      Thread.ofVirtual().start(() -> receive(server, datagrams));
      Thread.ofVirtual().start(() -> accept(server, connections));
    }
  }

  List<InetAddress> addresses() {
    return List.copyOf(addresses);
  }

  /** Returns what was seen since the last call. */
  synchronized List<Seen> take() {
    List<Seen> taken = List.copyOf(seen);
    seen.clear();
    return taken;
  }

  private void receive(int server, DatagramSocket socket) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        Message query = new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
        Optional<byte[]> answer = answer(server, Transport.UDP, packet.getPort(), query);
        Thread.ofVirtual().start(() -> send(server, socket, packet, answer));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private static void send(
      int server, DatagramSocket socket, DatagramPacket query, Optional<byte[]> answer) {
    if (answer.isPresent()) {
      moment(server);
      try {
        byte[] octets = answer.get();
        socket.send(new DatagramPacket(octets, octets.length, query.getSocketAddress()));
      } catch (IOException _) {
        // closed
      }
    }
  }

  private static void moment(int server) {
    try {
      Thread.sleep(MOMENT.plus(MOMENT.multipliedBy(server - 1).dividedBy(2)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(int server, ServerSocket socket) {
    try {
      while (true) {
        Socket connection = socket.accept();
        Thread.ofVirtual().start(() -> talk(server, connection));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void talk(int server, Socket connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      DataOutputStream out = new DataOutputStream(connection.getOutputStream());
      while (true) {
        byte[] octets = in.readNBytes(in.readUnsignedShort());
        Optional<byte[]> answer =
            answer(server, Transport.TCP, connection.getPort(), new Message(octets));
        Thread.ofVirtual().start(() -> write(server, out, answer));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private static void write(int server, DataOutputStream out, Optional<byte[]> answer) {
    if (answer.isPresent()) {
      moment(server);
      synchronized (out) {
        try {
          out.writeShort(answer.get().length);
          out.write(answer.get());
          out.flush();
        } catch (IOException _) {
          // closed
        }
      }
    }
  }

  private Optional<byte[]> answer(int server, Transport transport, int port, Message query)
      throws IOException {
    Record question = query.getQuestion();
    OPTRecord edns = query.getOPT();
    Seen arrived =
        new Seen(
            System.nanoTime(),
            server,
            transport,
            question.getName().toString(),
            Type.string(question.getType()),
            edns == null ? 0 : edns.getPayloadSize(),
            query.getHeader().getFlag(Flags.AD),
            port);
    synchronized (this) {
      seen.add(arrived);
    }
    Act act = behaviour.on(arrived);
    return act == Act.SILENCE ? Optional.empty() : Optional.of(message(query, question, act));
  }

  private static byte[] message(Message query, Record question, Act act) throws IOException {
    Message message = new Message(query.getHeader().getID());
    message.getHeader().setFlag(Flags.QR);
    message.getHeader().setFlag(Flags.RD);
    message.getHeader().setFlag(Flags.RA);
    message.addRecord(question, Section.QUESTION);
    switch (act) {
      case ADDRESS -> message.addRecord(address(question), Section.ANSWER);
      case NO_SUCH_NAME -> message.getHeader().setRcode(Rcode.NXDOMAIN);
      case SERVFAIL -> message.getHeader().setRcode(Rcode.SERVFAIL);
      case REFUSED -> message.getHeader().setRcode(Rcode.REFUSED);
      case TRUNCATED -> message.getHeader().setFlag(Flags.TC);
      case NO_DATA, SILENCE -> {}
    }
    return message.toWire();
  }

  private static Record address(Record question) throws IOException {
    Name name = question.getName();
    return question.getType() == Type.A
        ? new ARecord(name, DClass.IN, 1, InetAddress.ofLiteral("192.0.2.80"))
        : new AAAARecord(name, DClass.IN, 1, InetAddress.ofLiteral("2001:db8::80"));
  }

  @Override
  public void close() {
    for (AutoCloseable socket : sockets) {
      try {
        socket.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
