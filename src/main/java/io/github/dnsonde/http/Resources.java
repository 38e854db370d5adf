package io.github.dnsonde.http;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

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
}
