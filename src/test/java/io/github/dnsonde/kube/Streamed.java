package io.github.dnsonde.kube;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;

/** Objects as they are read from a stream, for tests of their translation. */
final class Streamed {

  private Streamed() {}

  /** Returns an object with the fields of a mask. */
  static StreamedObject object(Mask mask, String json) {
    try {
      return new ObjectReader(new StringReader(json)).next(mask).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the translation of an object. */
  static <T> Item<T> item(Translation<T> translation, String json) {
    return translation.read(object(translation.mask(), json));
  }

  /**
   * Returns the translation of an object that can be read.
   *
   * @throws IllegalArgumentException if it cannot
   */
  static <T> T read(Translation<T> translation, String json) {
    return switch (item(translation, json)) {
      case Item.Read<T>(T value) -> value;
      case Item.Unread<T>(String why, _) -> throw new IllegalArgumentException(why);
    };
  }
}
