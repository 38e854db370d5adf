package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.config.yaml.Mistake;
import io.github.dnsonde.config.yaml.Reading;
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
  private final Map<String, Object> started;
  private Config inForce;
  private FileSnapshot judged;
  private FileSnapshot seen;

  private ConfigWatch(
      Path file,
      Map<String, String> environment,
      Reading.Valid<Config> first,
      FileSnapshot judged) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.started = first.fixedAtStart();
    this.inForce = first.value();
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
    FileSnapshot content = FileSnapshot.of(file);
    return new ConfigWatch(file, environment, ConfigFile.read(file, content, environment), content);
  }

  /** The last configuration that was free of mistakes. */
  public Config inForce() {
    return inForce;
  }

  /** Looks at the file and tells what became of it since the last check. */
  public Change check() {
    FileSnapshot now = FileSnapshot.of(file);
    boolean settled = now.equals(seen);
    seen = now;
    if (!settled || now.equals(judged)) {
      return new Change.Unchanged();
    }
    judged = now;
    try {
      Reading.Valid<Config> read = ConfigFile.read(file, now, environment);
      inForce = read.value();
      return new Change.Changed(inForce, needRestart(read.fixedAtStart()));
    } catch (ConfigException e) {
      return new Change.Broken(e.mistakes());
    }
  }

  private List<String> needRestart(Map<String, Object> values) {
    return values.entrySet().stream()
        .filter(fixed -> !fixed.getValue().equals(started.get(fixed.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What a check found. */
  public sealed interface Change {

    /** Nothing new, or nothing certain yet. */
    record Unchanged() implements Change {}

    /**
     * New content without mistakes; after broken content even if it is what was there before.
     *
     * @param needRestart the paths of the keys whose values differ from those at the first reading
     *     and take effect only after a restart
     */
    record Changed(Config config, List<String> needRestart) implements Change {
      public Changed {
        requireNonNull(config, "config is null");
        needRestart = List.copyOf(needRestart);
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
