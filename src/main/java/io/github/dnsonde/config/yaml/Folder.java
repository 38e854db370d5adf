package io.github.dnsonde.config.yaml;

import java.nio.file.Path;

/** The absolute path of a folder, which need not exist yet. */
public record Folder() implements ValueType<Path> {
  @Override
  public String name() {
    return "folder";
  }

  @Override
  public String range() {
    return "absolute paths";
  }

  @Override
  public String expected() {
    return "an absolute path such as /var/run/netns";
  }

  @Override
  public Path read(String text) throws InvalidValue {
    return OptionalPath.path(text)
        .filter(Path::isAbsolute)
        .orElseThrow(() -> new InvalidValue(expected()));
  }
}
