package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.util.regex.Pattern;

/**
 * A name in the characters of Kubernetes' object names (RFC 1123 §2.1), so that it is also a
 * readable label value.
 *
 * @param least the minimum length; 0 if the name may be empty
 * @param example a valid name, for messages
 */
record ObjectName(int least, int most, String example) implements ValueType<String> {

  /** The longest name of one label (RFC 1123 §2.1). */
  static final int MAX_LABEL = 63;

  /** The longest name of several labels in Kubernetes. */
  static final int MAX_SUBDOMAIN = 253;

  private static final Pattern LETTERS = Pattern.compile("(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)?");

  @Override
  public String name() {
    return "name";
  }

  @Override
  public String range() {
    return least + " to " + most + " characters";
  }

  @Override
  public String expected() {
    return "a name of at most "
        + most
        + " characters a-z, 0-9, '-' and '.', with a letter or digit first and last, such as "
        + example;
  }

  @Override
  public String read(String text) throws InvalidValue {
    if (text.length() < least || text.length() > most || !LETTERS.matcher(text).matches()) {
      throw new InvalidValue(expected());
    }
    return text;
  }
}
