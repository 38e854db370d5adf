package io.github.dnsonde.config.yaml;

import java.util.regex.Pattern;

/** A number without sign, decimal point or exponent. */
public record WholeNumber(int least, int most) implements ValueType<Integer> {
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

  @Override
  public String name() {
    return "whole number";
  }

  @Override
  public String range() {
    return least + " to " + most;
  }

  @Override
  public String expected() {
    return "a whole number from " + range();
  }

  @Override
  public Integer read(String text) throws InvalidValue {
    if (!DIGITS.matcher(text).matches()) {
      throw new InvalidValue(expected());
    }
    int number = Integer.parseInt(text);
    if (number < least || number > most) {
      throw new InvalidValue(expected());
    }
    return number;
  }
}
