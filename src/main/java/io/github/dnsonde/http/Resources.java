package io.github.dnsonde.http;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The files that belong to this room. */
final class Resources {

  private Resources() {}

  static InputStream open(String name) throws IOException {
    InputStream file = Resources.class.getResourceAsStream(name);
    if (file == null) {
      throw new FileNotFoundException(name + " is not in the program");
    }
    return file;
  }

  static String text(String name) {
    try (InputStream file = open(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
