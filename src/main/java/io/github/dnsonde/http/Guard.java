package io.github.dnsonde.http;

import java.util.List;

/** Who may read which page. */
interface Guard {

  /** Everyone may read everything. */
  Guard NONE = (_, _) -> true;

  /**
   * Whether a request is answered.
   *
   * @param authorization the values of its Authorization headers
   */
  boolean admits(String path, List<String> authorization);
}
