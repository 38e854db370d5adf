package io.github.dnsonde.config.yaml;

import io.github.dnsonde.yaml.Separators;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** Parses octets to the tree of one YAML document, or to the mistake that prevents it. */
final class YamlText {

  /** The maximum depth: far more than a configuration needs, and few enough for a small stack. */
  private static final int MAX_DEPTH = 20;

  /** The maximum number of aliases: each of a list or map can multiply the amount to read. */
  private static final int MAX_ALIASES = 50;

  private static final String WELL_FORMED = "well-formed YAML";

  private YamlText() {}

  /** Returns the tree of a default or another text of the program itself. */
  static Node own(String yaml) {
    return new Yaml(options()).compose(new StringReader(yaml));
  }

  /**
   * Returns the tree of the only document.
   *
   * @return empty if there is no document, if it is empty, or after a mistake
   */
  static Optional<Node> compose(ByteBuffer content, Mistakes mistakes) {
    Optional<String> text = decode(content, mistakes);
    return text.flatMap(decoded -> compose(decoded, mistakes));
  }

  private static Optional<Node> compose(String text, Mistakes mistakes) {
    try {
      String spaced = Separators.spaced(text);
      Iterator<Node> documents =
          new Yaml(options()).composeAll(new StringReader(spaced)).iterator();
      Optional<Node> first = documents.hasNext() ? Optional.of(documents.next()) : Optional.empty();
      if (documents.hasNext()) {
        mistakes.add(line(documents.next().getStartMark()), "", "a second document", "only one");
        return Optional.empty();
      }
      return first.filter(node -> !isNothing(node));
    } catch (MarkedYAMLException e) {
      mistakes.add(line(e.getProblemMark()), "", problem(e), WELL_FORMED);
    } catch (ReaderException e) {
      int line = 1 + (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count();
      mistakes.add(line, "", "the character U+%04X".formatted(e.getCodePoint()), "printable text");
    } catch (YAMLException e) { // too deep, or too many aliases
      mistakes.add(
          0, "", "YAML that is refused (" + e.getMessage() + ")", "less nesting and fewer aliases");
    }
    return Optional.empty();
  }

  /** Returns true if a node is YAML's null: {@code null}, {@code ~} or nothing. */
  static boolean isNothing(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  private static String problem(MarkedYAMLException e) {
    String problem = String.valueOf(e.getProblem());
    return problem.contains("\\t(TAB)")
        ? "a tab where YAML requires spaces"
        : "broken YAML (" + problem + ")";
  }

  private static Optional<String> decode(ByteBuffer content, Mistakes mistakes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(content).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException _) {
      mistakes.add(0, "", "octets that are not UTF-8", "text in UTF-8");
      return Optional.empty();
    }
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setMergeOnCompose(true);
    return options;
  }
}
