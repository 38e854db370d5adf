package io.github.dnsonde.http;

import java.io.IOException;
import java.io.InputStream;

/** The receiver of reports. Called by many threads at once. */
public interface ReportReceiver {

  /**
   * Decides whether the body is read at all.
   *
   * @param token the bearer token
   * @param source the sender
   * @throws DeliveryException if the sender may not report
   */
  Delivery admit(String token, ClientNetwork source) throws DeliveryException;

  /**
   * Notes that a report was refused, for whichever reason.
   *
   * @param source the sender
   */
  void refused(DeliveryException refusal, ClientNetwork source);

  /** A report that is expected from a sender. Closed in any case. */
  interface Delivery extends AutoCloseable {

    /**
     * Takes the report.
     *
     * @param body the inflated text; fails if it is longer than is allowed
     * @return the reply, as JSON
     * @throws DeliveryException if it is not a valid report of this sender
     */
    byte[] take(InputStream body) throws DeliveryException, IOException;

    @Override
    void close();
  }
}
