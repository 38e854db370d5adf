package io.github.dnsonde.testkit;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;

/** The end of objects that nobody needs any more. */
public final class Forgotten {

  private static final int COLLECTIONS = 20;

  private Forgotten() {}

  /** Requires that an object is not kept. */
  public static void assertForgotten(WeakReference<?> object) {
    for (int i = 0; i < COLLECTIONS && object.get() != null; i++) {
      System.gc();
    }
    assertNull(object.get(), "still kept");
  }
}
