package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Fields;

/**
 * Turns an object of the API into a record, of which nothing holds on to the object.
 *
 * @param <T> the record
 */
interface Translation<T> {

  /**
   * Reads one object.
   *
   * @throws IllegalArgumentException or another RuntimeException if it cannot be understood; the
   *     message says why
   */
  T read(Fields object);
}
