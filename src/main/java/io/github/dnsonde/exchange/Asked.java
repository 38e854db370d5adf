package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Cause;
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
import java.util.Optional;
import java.util.function.Consumer;

/** One question in flight: its socket, its deadline, and what has come so far. */
abstract sealed class Asked permits AskedByUdp, AskedByTcp {

  /** Starved for longer than this in all, silence proves nothing about the server. */
  private static final Duration TOO_STARVED = Duration.ofSeconds(2);

  /**
   * What is fixed before the first octet leaves.
   *
   * @param id of the message, 0 to 65535
   * @param sequence tells two questions of one deadline apart
   */
  record Terms(
      Probe probe,
      Codec codec,
      int id,
      long sequence,
      Instant at,
      Duration timeout,
      Duration late,
      Consumer<Outcome> done) {}

  private final Terms terms;
  private final SelectionKey key;
  private long sent;
  private long deadline;
  private long starved;
  private int ignored;

  Asked(Terms terms, SelectionKey key) {
    this.terms = terms;
    this.key = key;
  }

  /** Connects and, as far as it goes without waiting, sends. */
  abstract void send() throws IOException;

  /**
   * Goes on as far as it can without waiting.
   *
   * @param buffer to receive into; its content is nobody's afterwards
   * @return what came, if it ends the question
   */
  abstract Optional<Reply> proceed(ByteBuffer buffer) throws IOException;

  /** What is being waited for. */
  abstract Reply.Phase phase();

  /** Sends the question; a reply at once is what failed. */
  final Optional<Reply> start(long now) {
    key.attach(this);
    sent = now;
    deadline = now + terms.timeout().toNanos();
    try {
      send();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(Failures.reply(e, phase()));
    }
  }

  final Optional<Reply> ready(ByteBuffer buffer) {
    try {
      return proceed(buffer);
    } catch (IOException e) {
      return Optional.of(Failures.reply(e, phase()));
    }
  }

  /** One last look at the socket before silence is declared. */
  final Reply lastLook(ByteBuffer buffer) {
    return ready(buffer).orElseGet(this::silence);
  }

  private Reply silence() {
    Duration stoodStill = Duration.ofNanos(starved);
    return stoodStill.compareTo(TOO_STARVED) > 0
        ? new Reply.NotSent(
            Cause.STARVED, "the agent stood still for " + stoodStill.toMillis() + " ms meanwhile")
        : new Reply.TimedOut(phase());
  }

  /** Reads a message; one that answers something else is counted and is no reply. */
  final Optional<Reply> decode(ByteBuffer message) {
    Optional<Reply> reply = terms.codec().reply(terms.id(), message);
    if (reply.isEmpty()) {
      ignored++;
    }
    return reply;
  }

  final byte[] query() {
    return terms.codec().query(terms.id());
  }

  final InetSocketAddress server() {
    return terms.probe().server().socketAddress();
  }

  final long sent() {
    return sent;
  }

  final long deadline() {
    return deadline;
  }

  /** The order in which they time out; of those with one deadline, in which they were asked. */
  static int byDeadline(Asked one, Asked other) {
    int order = Long.compare(one.deadline, other.deadline);
    return order != 0 ? order : Long.compare(one.terms.sequence(), other.terms.sequence());
  }

  /** The agent stood still for so long while this was in flight: that time is not the server's. */
  final void starvedFor(long nanos) {
    starved += nanos;
    deadline += nanos;
  }

  /** Gives the socket back and tells the outcome. */
  final void finish(Reply reply, long now) {
    boolean measured = starved == 0 && !(reply instanceof Reply.NotSent);
    Optional<Duration> took =
        measured ? Optional.of(Duration.ofNanos(Math.max(0, now - sent))) : Optional.empty();
    Outcome outcome =
        Outcome.judged(terms.probe(), terms.at(), took, local(), ignored, reply, terms.late());
    close();
    terms.done().accept(outcome);
  }

  private Optional<InetSocketAddress> local() {
    try {
      return key.channel() instanceof NetworkChannel channel
              && channel.getLocalAddress() instanceof InetSocketAddress address
              && address.getPort() != 0
          ? Optional.of(address)
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty(); // a detail for people; the reply stands without it
    }
  }

  private void close() {
    try {
      key.channel().close();
    } catch (IOException _) {
      // close(2): the descriptor is released all the same
    }
  }
}
