package io.github.dnsonde.http;

import java.io.IOException;
import java.io.OutputStream;

/** The source of {@code /metrics}. Called by several threads at once. */
public interface MetricsPage {

  /**
   * The media type of the output of {@link #write}.
   *
   * @param accept the scraper's Accept header; empty if it sent none
   */
  String contentType(String accept);

  /** Writes the page for the same header, piece by piece; does not close the stream. */
  void write(String accept, OutputStream out) throws IOException;
}
