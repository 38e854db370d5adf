package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.config.yaml.Mistake;
import io.github.dnsonde.config.yaml.Reading;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Detects changes of the file's content, whether an editor replaces the file, or it is removed and
 * created again. It also detects that a ConfigMap's {@code ..data} link points elsewhere
 * (Kubernetes documentation, "Mounted ConfigMaps are updated automatically").
 *
 * <p>It has no thread of its own. One thread must call {@link #check}, every second or two. New
 * content counts once two checks in a row have seen it. A file that is half written, or missing for
 * a moment, is thus never used.
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

  /** Returns the last configuration without mistakes. */
  public Config inForce() {
    return inForce;
  }

  /** Reads the file and reports what has changed since the last check. */
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

  /** The result of a check. */
  public sealed interface Change {

    /** The content has not changed, or not for two checks yet. */
    record Unchanged() implements Change {}

    /**
     * New content without mistakes. After broken content, it may equal the content before that.
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

    /** New content that cannot be used, reported once; the configuration in force stays. */
    record Broken(List<Mistake> mistakes) implements Change {
      public Broken {
        mistakes = List.copyOf(mistakes);
      }
    }
  }
}
