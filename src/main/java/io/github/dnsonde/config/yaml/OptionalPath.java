package io.github.dnsonde.config.yaml;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A file's path, or nothing. */
public record OptionalPath() implements ValueType<Optional<Path>> {
  @Override
  public String name() {
    return "file";
  }

  @Override
  public String range() {
    return "";
  }

  @Override
  public String expected() {
    return "the path of a file, or nothing";
  }

  @Override
  public Optional<Path> read(String text) throws InvalidValue {
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(path(text).orElseThrow(() -> new InvalidValue(expected())));
  }

  /** Returns the path, if it is valid in the file system. */
  static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }
}
