package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A reference to an image, or nothing (Kubernetes documentation, "Image names"; OCI distribution
 * specification).
 */
record OptionalImage() implements ValueType<Optional<String>> {
  private static final int LONGEST = 512;
  private static final String PART = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*";
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(?::[0-9]{1,5})?/)?"
              + PART
              + "(?:/"
              + PART
              + ")*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-f]{32,})?");

  @Override
  public String name() {
    return "image";
  }

  @Override
  public String range() {
    return "";
  }

  @Override
  public String expected() {
    return "an image such as registry.example.com/pause:3.10";
  }

  @Override
  public Optional<String> read(String text) throws InvalidValue {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.length() > LONGEST || !REFERENCE.matcher(text).matches()) {
      throw new InvalidValue(expected());
    }
    return Optional.of(text);
  }
}
