package io.github.dnsonde.http;

import java.util.List;

/** Access control for pages. */
interface Guard {

  /** Admits every request. */
  Guard NONE = (_, _) -> true;

  /**
   * Returns true if a request may be answered.
   *
   * @param authorization the values of its Authorization headers
   */
  boolean admits(String path, List<String> authorization);
}
