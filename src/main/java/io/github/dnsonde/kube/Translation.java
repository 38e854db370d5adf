package io.github.dnsonde.kube;

import java.util.Optional;
import java.util.function.Function;

/**
 * A translation of an API object into a record that does not refer to the object.
 *
 * @param <T> the record
 */
interface Translation<T> {

  /** The fields that it needs. */
  Mask mask();

  /** Reads one object, whatever its content. */
  Item<T> read(StreamedObject object);

  /**
   * Creates a translation from a function on the fields of a mask. If the function throws a
   * RuntimeException, the object is unread.
   */
  static <T> Translation<T> of(String mask, Function<StreamedObject, T> reads) {
    Mask needed = Mask.of(mask);
    return new Translation<>() {
      @Override
      public Mask mask() {
        return needed;
      }

      @Override
      public Item<T> read(StreamedObject object) {
        try {
          return new Item.Read<>(reads.apply(object));
        } catch (RuntimeException why) {
          return new Item.Unread<>(String.valueOf(why.getMessage()), Optional.empty());
        }
      }
    };
  }
}
