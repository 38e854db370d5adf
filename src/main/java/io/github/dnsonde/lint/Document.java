package io.github.dnsonde.lint;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Manifest;

/** One object, and the file that holds it. */
record Document(String file, Manifest manifest) {

  Fields fields() {
    return manifest.fields();
  }

  Fields metadata() {
    return fields().object("metadata");
  }

  /** What the server makes its name of, if that is left to it. */
  String name() {
    return metadata().text("name").or(() -> metadata().text("generateName")).orElse("");
  }

  /** Empty where it does not tell. */
  String namespace() {
    return metadata().text("namespace").orElse("");
  }

  Place place() {
    return new Place(file, manifest.line());
  }

  /** Of a field, or of what would hold it. */
  Place place(String path) {
    return new Place(file, manifest.line(path));
  }
}
