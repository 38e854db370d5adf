package io.github.dnsonde.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Loads the protobuf writer in an environment without {@code sun.misc.Unsafe}.
 *
 * <p>Protobuf's runtime first tries that class, and works without it. If it is found, the virtual
 * machine prints a warning at the first protobuf scrape (JEP 498), which no system property or
 * manifest entry of ours can suppress. So these classes have their own loader, which hides the
 * class, as future releases of Java will by removing it.
 */
final class ProtobufLoader extends ClassLoader {

  private static final String HIDDEN = "sun.misc.Unsafe";
  private static final String FORMATS = "io.prometheus.metrics.expositionformats.";
  private static final String WRITER = FORMATS + "PrometheusProtobufWriter";

  /** The writer and the classes that only it uses. All other classes are shared with the agent. */
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
