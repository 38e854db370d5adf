package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * One record of an answer section.
 *
 * @param name the owner, absolute, as the server wrote it
 * @param type the type's mnemonic, such as {@code A}; {@code TYPE65280} where there is none (RFC
 *     3597 §5)
 * @param data the data in presentation form: for A and AAAA an address literal
 */
public record Answer(String name, String type, String data) {

  public Answer {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
    requireNonNull(data, "data is null");
  }

  /** {@code A 192.0.2.80}. */
  @Override
  public String toString() {
    return type + " " + data;
  }
}
