package io.github.dnsonde.http;

/**
 * The limits of one listener.
 *
 * @param connections maximum number of open connections
 * @param perSource maximum number of open connections from one address
 * @param pages maximum number of pages in writing, each of which holds memory
 */
record Capacity(int connections, int perSource, int pages) {
  Capacity {
    if (perSource < 1 || perSource > connections || pages < 1) {
      throw new IllegalArgumentException(
          "invalid capacity: "
              + connections
              + ", "
              + perSource
              + " per source, "
              + pages
              + " pages");
    }
  }
}
