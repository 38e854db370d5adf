package io.github.dnsonde.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.http.ClientNetwork;
import io.github.dnsonde.http.DeliveryException;
import io.github.dnsonde.http.DeliveryException.Reason;
import io.github.dnsonde.http.ReportReceiver;
import io.github.dnsonde.json.ReportJson;
import io.github.dnsonde.json.ReportReplyJson;
import io.github.dnsonde.report.RefusedReportException;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Receives reports: whose they are, one at a time of each node, and only as far as they are
 * believed. Thread-safe.
 */
final class ReportDesk implements ReportReceiver {

  private final ReportGate gate;
  private final Placement placement;
  private final Listener listener;
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

  /** The receiver of what arrives. Called by many threads. */
  interface Listener {

    /**
     * Takes a report, and returns the reply.
     *
     * @param doubted the number of its parts that were left out, because they are not about pods of
     *     its node
     */
    ReportReply accepted(Report report, int doubted);

    void refused(DeliveryException refusal, ClientNetwork source);
  }

  ReportDesk(ReportGate gate, Placement placement, Listener listener) {
    this.gate = gate;
    this.placement = placement;
    this.listener = listener;
  }

  @Override
  public Delivery admit(String token, ClientNetwork source) throws DeliveryException {
    String node = gate.node(token, source);
    if (!inFlight.add(node)) {
      throw new DeliveryException(
          Reason.IN_FLIGHT, "another report of node " + node + " is being received");
    }
    return new Expected(node);
  }

  @Override
  public void refused(DeliveryException refusal, ClientNetwork source) {
    listener.refused(refusal, source);
  }

  /** The report of one node. */
  private final class Expected implements Delivery {
    private final String node;

    Expected(String node) {
      this.node = node;
    }

    @Override
    public byte[] take(InputStream body) throws DeliveryException, IOException {
      Report report = read(body);
      if (!report.node().equals(node)) {
        throw new DeliveryException(
            Reason.WRONG_NODE, "the token is of node " + node + ", the report is of another");
      }
      Belief.Believed believed = new Belief(node, placement).in(report);
      StringWriter reply = new StringWriter();
      ReportReplyJson.write(listener.accepted(believed.report(), believed.doubted()), reply);
      return reply.toString().getBytes(UTF_8);
    }

    private static Report read(InputStream body) throws DeliveryException, IOException {
      try {
        return ReportJson.read(body);
      } catch (RefusedReportException refusal) {
        Reason reason =
            switch (refusal.why()) {
              case TOO_LARGE -> Reason.TOO_LARGE;
              case MALFORMED, INVALID -> Reason.MALFORMED;
            };
        throw new DeliveryException(reason, String.valueOf(refusal.getMessage()));
      }
    }

    @Override
    public void close() {
      inFlight.remove(node);
    }
  }
}
