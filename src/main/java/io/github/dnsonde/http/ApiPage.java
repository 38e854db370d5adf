package io.github.dnsonde.http;

import java.io.IOException;
import java.io.Writer;

/** A JSON document of the API, written for each request, on any thread. */
interface ApiPage {

  /** Writes the document piece by piece; does not close the writer. */
  void write(Writer out) throws IOException;
}
