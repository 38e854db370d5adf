package io.github.dnsonde.demo;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * A small DNS server on one address, UDP and TCP on the same port. Its {@link Responder} decides
 * its behaviour: right, wrong or silent, and different for each source address if necessary.
 *
 * <p>It cannot simulate an unanswered SYN: the kernel completes the handshake of every listening
 * socket. The closest alternative is a connection that is accepted and then ignored. A client sees
 * that as waiting for the response, not as waiting for the connection.
 */
public final class FakeDnsServer implements AutoCloseable {

  /** Lets the kernel choose the port. */
  public static final int ANY_PORT = 0;

  /** Number of attempts to find a port that is free for both TCP and UDP. */
  private static final int TRIES = 50;

  /** Room for bursts; the kernel limits it to net.core.rmem_max (socket(7)). */
  private static final int RECEIVE_BUFFER = 4 << 20;

  private static final int BACKLOG = 4_096;

  /** More than any responder may take. */
  private static final Duration ENDING = Duration.ofSeconds(5);

  private final ScheduledExecutorService clock;
  private final UdpListener udp;
  private final TcpListener tcp;
  private final InetSocketAddress address;

  private FakeDnsServer(
      InetSocketAddress address,
      DatagramChannel datagrams,
      ServerSocketChannel connections,
      Responder responder) {
    this.address = address;
    this.clock = clock();
    this.udp = new UdpListener(datagrams, responder, clock);
    this.tcp = new TcpListener(connections, responder, clock);
  }

  /**
   * Starts to serve.
   *
   * @param port 1 to 65535, or {@link #ANY_PORT}
   * @param responder answers queries; called by several threads at once
   * @throws IOException if the address and port cannot be bound for both UDP and TCP
   */
  public static FakeDnsServer start(InetAddress address, int port, Responder responder)
      throws IOException {
    requireNonNull(responder, "responder is null");
    for (int attempt = 1; ; attempt++) {
      try {
        return bind(new InetSocketAddress(address, port), responder);
      } catch (BindException taken) {
        if (port != ANY_PORT || attempt == TRIES) {
          throw taken;
        }
      }
    }
  }

  /**
   * A correct resolver of a cluster: {@code cluster.local.} with authority, {@code example.com.} as
   * if it had queried an upstream, NXDOMAIN for all other names.
   */
  public static Responder clusterDns() {
    return new ClusterZone();
  }

  /** The address and port that it listens on. */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Stops serving: closes every socket, including connections, and drops all delayed answers.
   * Afterwards the port is free.
   */
  @Override
  public void close() {
    clock.shutdownNow();
    udp.close();
    tcp.close();
  }

  /**
   * Waits for the end of a listener's thread. A socket stays in the kernel until the thread that
   * waits on it has released it.
   */
  static void awaitEnd(Thread thread) {
    try {
      var _ = thread.join(ENDING);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static FakeDnsServer bind(InetSocketAddress wanted, Responder responder)
      throws IOException {
    ProtocolFamily family =
        wanted.getAddress() instanceof Inet6Address
            ? StandardProtocolFamily.INET6
            : StandardProtocolFamily.INET;
    ServerSocketChannel connections = ServerSocketChannel.open(family);
    DatagramChannel datagrams = DatagramChannel.open(family);
    try {
      connections.bind(wanted, BACKLOG);
      InetSocketAddress bound = (InetSocketAddress) connections.getLocalAddress();
      datagrams.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER).bind(bound);
      return new FakeDnsServer(bound, datagrams, connections, responder);
    } catch (IOException failure) {
      connections.close();
      datagrams.close();
      throw failure;
    }
  }

  private static ScheduledExecutorService clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("stand-in-clock").factory());
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  /** Decides the answer to each query. */
  @FunctionalInterface
  public interface Responder {

    /**
     * Answers a query, or does not. Over UDP the only receiving thread calls it, so it must not
     * block: {@link Sink#after} is for that. Over TCP it may block, and delays only its own
     * connection. An exception is logged and ends that query (TCP: that connection), no other.
     */
    void respond(Query query, Sink sink) throws IOException;
  }

  /** The recipient of answers. A responder may send none, one or several. */
  public interface Sink {

    /** Sends these octets: one datagram, or one frame after its length. */
    void send(byte[] octets) throws IOException;

    /**
     * Sends a message, cut to the size that the client accepts ({@link Query#limit}), with TC set
     * if something was cut off.
     */
    void send(Message message) throws IOException;

    /**
     * Performs the rest later; other queries are answered meanwhile.
     *
     * @param delay zero or more
     */
    void after(Duration delay, Step step);

    /** The connection that the query arrived on; empty over UDP. */
    Optional<Connection> connection();
  }

  /** An action to perform later. */
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }

  /** The actions on a client over TCP, beyond sending whole frames. */
  public interface Connection {

    /** Writes these octets as they are, without a length prefix. */
    void write(byte[] octets) throws IOException;

    /** Writes these octets a few at a time, with a pause before each part but the first. Blocks. */
    void drip(byte[] octets, int atOnce, Duration pause) throws IOException;

    /** Ends our half of the stream (FIN). */
    void end() throws IOException;

    /** Resets the connection (RST). */
    void reset() throws IOException;

    /** Returns a message after its length (RFC 1035 §4.2.2). */
    static byte[] framed(byte[] message) {
      byte[] frame = new byte[message.length + 2];
      frame[0] = (byte) (message.length >> 8);
      frame[1] = (byte) message.length;
      System.arraycopy(message, 0, frame, 2, message.length);
      return frame;
    }
  }

  /** One query: the received octets, their source, and the decoded message. */
  public static final class Query {

    /** The size that every client accepts over UDP (RFC 1035 §4.2.1), and the largest frame. */
    private static final int MIN_LIMIT = 512;

    private static final int MAX_LIMIT = 65_535;

    private final byte[] octets;
    private final InetSocketAddress from;
    private final Transport transport;
    private final Optional<Message> message;

    Query(byte[] octets, InetSocketAddress from, Transport transport) {
      this.octets = octets;
      this.from = from;
      this.transport = transport;
      this.message = decoded(octets);
    }

    private static Optional<Message> decoded(byte[] octets) {
      try {
        return Optional.of(new Message(octets));
      } catch (IOException | RuntimeException _) { // garbage is no reason to stop serving
        return Optional.empty();
      }
    }

    /** The octets as received, without TCP's length prefix. */
    public byte[] octets() {
      return octets.clone();
    }

    /** The client's address and port. */
    public InetSocketAddress from() {
      return from;
    }

    public Transport transport() {
      return transport;
    }

    /** The message; empty if it cannot be decoded. */
    public Optional<Message> message() {
      return message;
    }

    /** The only question of a message that is a query; empty for anything else. */
    public Optional<Record> question() {
      return message.filter(Query::asks).map(Message::getQuestion);
    }

    private static boolean asks(Message message) {
      Header header = message.getHeader();
      return !header.getFlag(Flags.QR)
          && header.getOpcode() == Opcode.QUERY
          && header.getCount(Section.QUESTION) == 1;
    }

    /**
     * The largest message that the client accepts, in octets: over UDP the size in its EDNS record
     * (RFC 6891 §6.2.3), at least 512.
     */
    public int limit() {
      return switch (transport) {
        case TCP -> MAX_LIMIT;
        case UDP ->
            message
                .map(Message::getOPT)
                .map(OPTRecord::getPayloadSize)
                .map(size -> Math.max(size, MIN_LIMIT))
                .orElse(MIN_LIMIT);
      };
    }

    /**
     * Creates the beginning of a response: id, opcode, RD and question are the query's; EDNS is
     * answered by EDNS.
     *
     * @param rcode 0 to 4095 (RFC 6891 §6.1.3)
     * @throws IllegalStateException if the query cannot be decoded
     */
    public Message response(int rcode) {
      Message asked = message.orElseThrow(() -> new IllegalStateException("no message"));
      Message response = new Message(asked.getHeader().getID());
      Header header = response.getHeader();
      header.setFlag(Flags.QR);
      header.setOpcode(asked.getHeader().getOpcode());
      header.setRcode(rcode & 0xf);
      if (asked.getHeader().getFlag(Flags.RD)) {
        header.setFlag(Flags.RD);
      }
      for (Record question : asked.getSection(Section.QUESTION)) {
        response.addRecord(question, Section.QUESTION);
      }
      if (asked.getOPT() != null) {
        response.addRecord(new OPTRecord(UdpListener.PAYLOAD, rcode >> 4, 0), Section.ADDITIONAL);
      }
      return response;
    }
  }
}
