package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.config.ConfigException.Mistake;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Notices that the file's content changed, however that came about: a ConfigMap's {@code ..data}
 * link that points elsewhere (Kubernetes documentation, "Mounted ConfigMaps are updated
 * automatically"), an editor that replaces the file, a file gone and back.
 *
 * <p>Has no thread of its own and belongs to one: whoever calls {@link #check}, every second or
 * two. A content counts once two checks in a row have seen it, so that a file caught half written,
 * or missing for a moment, is never taken for what was meant.
 */
public final class ConfigWatch {

  private final Path file;
  private final Map<String, String> environment;
  private Config inForce;
  private Content judged;
  private Content seen;

  private ConfigWatch(Path file, Map<String, String> environment, Config inForce, Content judged) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.inForce = inForce;
    this.judged = judged;
    this.seen = judged;
  }

  /**
   * Reads the file for the first time.
   *
   * @param environment as for {@link ConfigFile#read(Path, Map)}
   * @throws ConfigException with every mistake that is in it
   */
  public static ConfigWatch open(Path file, Map<String, String> environment)
      throws ConfigException {
    Content content = Content.of(file);
    return new ConfigWatch(file, environment, ConfigFile.read(file, content, environment), content);
  }

  /** The last configuration that was free of mistakes. */
  public Config inForce() {
    return inForce;
  }

  /** Looks at the file and tells what became of it since the last check. */
  public Change check() {
    Content now = Content.of(file);
    boolean settled = now.equals(seen);
    seen = now;
    if (!settled || now.equals(judged)) {
      return new Change.Unchanged();
    }
    judged = now;
    try {
      inForce = ConfigFile.read(file, now, environment);
      return new Change.Changed(inForce);
    } catch (ConfigException e) {
      return new Change.Broken(e.mistakes());
    }
  }

  /** What a check found. */
  public sealed interface Change {

    /** Nothing new, or nothing certain yet. */
    record Unchanged() implements Change {}

    /** New content without mistakes; after broken content even if it is what was there before. */
    record Changed(Config config) implements Change {
      public Changed {
        requireNonNull(config, "config is null");
      }
    }

    /** New content that cannot be used, told once; what was in force stays so. */
    record Broken(List<Mistake> mistakes) implements Change {
      public Broken {
        mistakes = List.copyOf(mistakes);
      }
    }
  }
}
