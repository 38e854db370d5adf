package io.github.dnsonde.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** The receiver of admission reviews. Called by many threads at once. */
public interface AdmissionReceiver {

  /**
   * Answers a review.
   *
   * @param review the request, as JSON
   * @param waited the time for which it has waited for its turn
   * @return the answer, as JSON
   * @throws IOException if it is not an admission review; the message says what was expected
   */
  byte[] answer(InputStream review, Duration waited) throws IOException;

  /**
   * Answers a review that there is no time to judge.
   *
   * @param review the request, as JSON
   * @param waited the time for which it has waited for its turn
   * @return the answer, as JSON, which lets the change pass
   * @throws IOException if it is not an admission review; the message says what was expected
   */
  byte[] answerBusy(InputStream review, Duration waited) throws IOException;

  /** Notes that a request was no review, or too large. */
  void refused(String why);
}
