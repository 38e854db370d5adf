package io.github.dnsonde.config.yaml;

/** {@code true} or {@code false}. */
public record YesOrNo() implements ValueType<Boolean> {
  @Override
  public String name() {
    return "boolean";
  }

  @Override
  public String range() {
    return "true, false";
  }

  @Override
  public String expected() {
    return "true or false";
  }

  @Override
  public Boolean read(String text) throws InvalidValue {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidValue(expected());
    };
  }
}
