package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

/**
 * One record of an answer section.
 *
 * @param name the owner, absolute, as the server wrote it
 * @param dnsClass the class's mnemonic: {@code IN} for every answer to a question here
 * @param type the type's mnemonic, such as {@code A}; {@code TYPE65280} for a type without one (RFC
 *     3597 §5)
 * @param data the data in presentation form: for A and AAAA an address literal
 */
public record Answer(String name, String dnsClass, String type, String data) {

  private static final String INTERNET = "IN";

  /** Limit for the owner's name in an outcome. No output shows it. */
  private static final int MOST_NAME = 64;

  public Answer {
    requireNonNull(name, "name is null");
    requireNonNull(dnsClass, "dnsClass is null");
    requireNonNull(type, "type is null");
    requireNonNull(data, "data is null");
  }

  /** Creates a record of class IN. */
  public Answer(String name, String type, String data) {
    this(name, INTERNET, type, data);
  }

  /** Returns true if its class is IN, which every question here has. */
  boolean isOfInternet() {
    return dnsClass.equals(INTERNET);
  }

  /** Returns true if it has this type and class IN. A record of another class is not an answer. */
  boolean is(RecordType wanted) {
    return isOfInternet() && type.equals(wanted.name());
  }

  /** Returns a copy that is cut so that {@link #toString} has at most 256 characters. */
  Answer brief() {
    int room = ShortText.MOST - prefix().length();
    return new Answer(ShortText.text(name, MOST_NAME), dnsClass, type, ShortText.text(data, room));
  }

  /** Type and data: {@code A 192.0.2.80}; {@code CH A 192.0.2.80} if the class is not IN. */
  @Override
  public String toString() {
    return prefix() + data;
  }

  private String prefix() {
    return (isOfInternet() ? "" : dnsClass + " ") + type + " ";
  }
}
