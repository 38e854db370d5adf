package io.github.dnsonde.http;

/**
 * The limits of one listener.
 *
 * @param connections at once
 * @param perSource connections at once from one address
 * @param pages written at once, each of which holds memory
 */
record Capacity(int connections, int perSource, int pages) {
  Capacity {
    if (perSource < 1 || perSource > connections || pages < 1) {
      throw new IllegalArgumentException(
          "no capacity: " + connections + ", " + perSource + " a source, " + pages + " pages");
    }
  }
}
