package io.github.dnsonde.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Loads the protobuf writer where {@code sun.misc.Unsafe} does not exist.
 *
 * <p>Protobuf's runtime tries that class first and does without where there is none; where it is
 * found, the virtual machine prints a warning at the first protobuf scrape (JEP 498), and no system
 * property or manifest entry of ours could tell it not to. So these classes get a loader of their
 * own, to which the class is absent, as it will be to all once it is removed.
 */
final class ProtobufLoader extends ClassLoader {

  private static final String HIDDEN = "sun.misc.Unsafe";
  private static final String FORMATS = "io.prometheus.metrics.expositionformats.";
  private static final String WRITER = FORMATS + "PrometheusProtobufWriter";

  /** The writer and all that it alone uses; everything else is shared with the rest of us. */
  private static final List<String> APART =
      List.of(
          WRITER, FORMATS + "internal.", FORMATS + "generated.", "io.prometheus.metrics.shaded.");

  private ProtobufLoader() {
    super(ProtobufLoader.class.getClassLoader());
  }

  static ExpositionFormatWriter writer() {
    try {
      return (ExpositionFormatWriter)
          new ProtobufLoader().loadClass(WRITER).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the protobuf writer cannot be loaded", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.equals(HIDDEN)) {
      throw new ClassNotFoundException(name + " is hidden from protobuf");
    }
    return APART.stream().anyMatch(name::startsWith)
        ? loadApart(name)
        : super.loadClass(name, resolve);
  }

  private Class<?> loadApart(String name) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] octets = file.readAllBytes();
      return defineClass(name, octets, 0, octets.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
