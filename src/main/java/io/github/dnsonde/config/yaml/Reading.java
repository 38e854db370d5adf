package io.github.dnsonde.config.yaml;

import io.github.dnsonde.config.yaml.Key.Section;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/** The result of reading one file. */
public sealed interface Reading<T> {

  /**
   * A file without mistakes.
   *
   * @param fixedAtStart the values that take effect only at the next start, by the paths of their
   *     keys and in the order of the reference
   */
  record Valid<T>(T value, Map<String, Object> fixedAtStart) implements Reading<T> {}

  /** A file with mistakes, in the order in which they were found. */
  record Invalid<T>(List<Mistake> mistakes) implements Reading<T> {
    public Invalid {
      mistakes = List.copyOf(mistakes);
    }
  }

  /**
   * Reads a file. It reads and checks all keys before it creates a value.
   *
   * @param root the section that is the whole file
   * @param file the file's name, for mistakes
   * @param environment the variables that can replace absent keys
   */
  static <T> Reading<T> of(
      Section<T> root, String file, ByteBuffer content, Map<String, String> environment) {
    Mistakes mistakes = new Mistakes(file);
    Optional<Node> document = YamlText.compose(content, mistakes);
    if (!mistakes.found().isEmpty()) {
      return new Invalid<>(
          mistakes.found()); // an incomplete tree is not checked for further mistakes
    }
    SectionReader values =
        SectionReader.root(new SectionReader.Scope(root, environment, mistakes), document);
    if (!mistakes.found().isEmpty()) {
      return new Invalid<>(mistakes.found());
    }
    Map<String, Object> fixedAtStart = new LinkedHashMap<>();
    values.fixedAtStart(fixedAtStart::put);
    return new Valid<>(root.maker().apply(values), fixedAtStart);
  }
}
