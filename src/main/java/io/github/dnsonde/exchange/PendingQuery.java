package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One query in flight: its socket, its deadline, and the data received so far. {@link DnsExchange}
 * holds one for each probe whose reply is pending.
 */
abstract sealed class PendingQuery implements Reader permits UdpQuery, TcpQuery, SharedUdpQuery {

  /**
   * The longest stall that still allows a timeout. The answer may have been missed in a longer one,
   * so the server is not blamed.
   */
  private static final Duration TOO_STARVED = Duration.ofSeconds(2);

  /**
   * Limit for messages that do not answer the query. A peer that has sent so many will not answer.
   */
  private static final int MOST_IGNORED = 100;

  /**
   * Limit for reads without an answer. Otherwise a peer that sends octet by octet would use up the
   * agent's processor time. The largest message arrives in about 120 segments of the smallest usual
   * size (RFC 9293 §3.7.1).
   */
  private static final int MOST_READS = 2_000;

  /** Limit for reads after the deadline: enough for one message each, up to the limit above. */
  private static final int LAST_READS = MOST_IGNORED;

  /** Result of one read from the socket. */
  sealed interface Step {

    /** The socket holds no more data. */
    Step NOTHING = new Waiting(false);

    /** Data was received, but no answer yet. There may be more. */
    Step MORE = new Waiting(true);

    /** The query is still open. */
    record Waiting(boolean more) implements Step {}

    /** The query is complete. */
    record Done(Reply reply) implements Step {}
  }

  /**
   * The parts of a query that are fixed before the first octet is sent.
   *
   * @param id of the message, 0 to 65535
   * @param sequence distinguishes two queries with the same deadline
   * @param faults receives reports of the agent's own defects
   */
  record QuerySpec(
      Probe probe,
      Codec codec,
      int id,
      long sequence,
      Instant at,
      Duration timeout,
      Duration late,
      Consumer<Outcome> done,
      Faults faults) {}

  private final QuerySpec querySpec;
  private final SelectionKey key;
  private long sent;
  private long deadline;
  private long starved;
  private long longestGap;
  private int reads;
  private Ignored ignored = Ignored.NONE;

  PendingQuery(QuerySpec querySpec, SelectionKey key) {
    this.querySpec = querySpec;
    this.key = key;
  }

  /** Makes the selector report the socket to this query. */
  void attach(SelectionKey key) {
    key.attach(this);
  }

  @Override
  public void addTo(List<PendingQuery> ready) {
    ready.add(this);
  }

  /** Connects and sends as much as possible without waiting. */
  abstract void send() throws IOException;

  /**
   * Reads from the socket once, without waiting. The cost is bounded, so that no peer can hold the
   * thread that all probes share. The selector reports the socket again if data is left.
   *
   * @param buffer to receive into; its content is undefined afterwards
   */
  abstract Step proceed(ByteBuffer buffer) throws IOException;

  /** The phase that the query is waiting in. */
  abstract Reply.Phase phase();

  /** Number of octets received of an incomplete message. */
  abstract int unfinished();

  /** Sends the query. Returns a reply if sending fails at once. */
  final Optional<Reply> start(long now) {
    attach(key);
    sent = now;
    deadline = now + querySpec.timeout().toNanos();
    try {
      send();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(Failures.reply(e, phase()));
    } catch (RuntimeException e) {
      return Optional.of(querySpec.faults().notSent(e));
    }
  }

  /** Reads from the socket once. Returns a reply if the query is complete. */
  final Optional<Reply> ready(ByteBuffer buffer) {
    return look(buffer) instanceof Step.Done(Reply reply) ? Optional.of(reply) : Optional.empty();
  }

  /**
   * Reads everything that is in the socket after the deadline. Returns a timeout if no answer is
   * among it.
   */
  final Reply lastLook(ByteBuffer buffer) {
    for (int i = 0; i < LAST_READS; i++) {
      switch (look(buffer)) {
        case Step.Done(Reply reply) -> {
          return reply;
        }
        case Step.Waiting(boolean more) when more -> {}
        case Step.Waiting _ -> {
          return silence();
        }
      }
    }
    return silence();
  }

  private Step look(ByteBuffer buffer) {
    try {
      Step step = proceed(buffer);
      return step.equals(Step.MORE) && ++reads >= MOST_READS ? tooManyReads() : step;
    } catch (IOException e) {
      return new Step.Done(Failures.reply(e, phase()));
    } catch (RuntimeException e) {
      return new Step.Done(querySpec.faults().notSent(e));
    }
  }

  private static Step tooManyReads() {
    return new Step.Done(
        new Reply.Malformed("received data " + MOST_READS + " times, but no answer"));
  }

  static Step step(Optional<Reply> reply) {
    return reply.<Step>map(Step.Done::new).orElse(Step.MORE);
  }

  /**
   * Returns a timeout, unless the agent may have missed the answer in one long stall. Short stalls
   * only move the deadline: an agent that is throttled for a moment each second must still report
   * dropped packets.
   */
  private Reply silence() {
    Duration stalled = Duration.ofNanos(longestGap);
    return stalled.compareTo(TOO_STARVED) > 0
        ? new Reply.NotSent(
            Cause.STARVED, "the agent stalled for " + stalled.toMillis() + " ms meanwhile")
        : new Reply.TimedOut(phase(), unfinished());
  }

  /**
   * Reads one message. Messages that do not answer the query are counted; too many end the wait.
   */
  final Optional<Reply> take(ByteBuffer message) {
    return switch (querySpec.codec().read(querySpec.id(), message)) {
      case Codec.Read.Ours(Reply reply) -> Optional.of(reply);
      case Codec.Read.Foreign(Ignored.Why why) -> ignore(why);
    };
  }

  /** Reads one message. Empty if it does not answer the query. */
  final Optional<Reply> answer(ByteBuffer message) {
    return querySpec.codec().read(querySpec.id(), message) instanceof Codec.Read.Ours(Reply reply)
        ? Optional.of(reply)
        : Optional.empty();
  }

  private Optional<Reply> ignore(Ignored.Why why) {
    ignored = ignored.and(why);
    return ignored.total() < MOST_IGNORED
        ? Optional.empty()
        : Optional.of(
            new Reply.Malformed(
                "received " + MOST_IGNORED + " messages, none of which answers the query"));
  }

  final byte[] query() {
    return querySpec.codec().query(querySpec.id());
  }

  final InetSocketAddress server() {
    return querySpec.probe().server().socketAddress();
  }

  final long sent() {
    return sent;
  }

  final long deadline() {
    return deadline;
  }

  /** Orders by deadline, then by the order in which the queries were sent. */
  static int byDeadline(PendingQuery one, PendingQuery other) {
    int order = Long.compare(one.deadline, other.deadline);
    return order != 0 ? order : Long.compare(one.querySpec.sequence(), other.querySpec.sequence());
  }

  /**
   * Reports that the agent stalled while this query was in flight. The server is given that time
   * again.
   */
  final void starvedFor(long nanos) {
    starved += nanos;
    longestGap = Math.max(longestGap, nanos);
    deadline += nanos;
  }

  /** Releases the socket and reports the outcome. */
  final void finish(Reply reply, long now) {
    Outcome outcome = judged(reply, now);
    release();
    querySpec.done().accept(outcome);
  }

  private Outcome judged(Reply reply, long now) {
    boolean measured = starved == 0 && !(reply instanceof Reply.NotSent);
    Optional<Duration> took =
        measured ? Optional.of(Duration.ofNanos(Math.max(0, now - sent))) : Optional.empty();
    try {
      return Outcome.judged(
          querySpec.probe(), querySpec.at(), took, local(), ignored, reply, querySpec.late());
    } catch (RuntimeException e) {
      Reply.NotSent fault = querySpec.faults().notSent(e);
      return Outcome.untested(querySpec.probe(), querySpec.at(), fault.cause(), fault.why());
    }
  }

  private Optional<InetSocketAddress> local() {
    try {
      return key.channel() instanceof NetworkChannel channel
              && channel.getLocalAddress() instanceof InetSocketAddress address
              && address.getPort() != 0
          ? Optional.of(address)
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty(); // a detail for people; the reply is valid without it
    }
  }

  /** Closes the socket, unless other queries use it. */
  void release() {
    try {
      key.channel().close();
    } catch (IOException _) {
      // close(2): the descriptor is released even if closing fails
    }
  }
}
