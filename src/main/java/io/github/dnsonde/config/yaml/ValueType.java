package io.github.dnsonde.config.yaml;

/** A type of scalar values: their rules, and their description in messages and in the reference. */
public interface ValueType<T> {

  /** Returns the name of the type, for the reference. */
  String name();

  /** Returns the limits of the values, for the reference; empty if there are none. */
  String range();

  /** Returns a description of a valid value, for a text that is not of this type. */
  String expected();

  /**
   * Reads a value.
   *
   * @throws InvalidValue if the text is not of this type or outside its range
   */
  T read(String text) throws InvalidValue;
}
