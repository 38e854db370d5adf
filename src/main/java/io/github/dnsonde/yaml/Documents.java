package io.github.dnsonde.yaml;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The documents of a text.
 *
 * @param all the documents up to the first syntax error, in order
 * @param problem the first syntax error, if there is one
 */
public record Documents(List<Node> all, Optional<Problem> problem) {

  /** The maximum depth. A chart's largest CustomResourceDefinition has a depth of about 15. */
  static final int MAX_DEPTH = 100;

  private static final LoaderOptions OPTIONS = options();

  public Documents {
    all = List.copyOf(all);
    requireNonNull(problem, "problem is null");
  }

  /**
   * The reason for not reading the rest of a text.
   *
   * @param line 1 or more; 0 if the reason is not in one line
   */
  public record Problem(int line, String says) {}

  /**
   * Reads YAML or JSON and detects which. Like kubectl, it tries JSON first if the text begins with
   * a brace.
   *
   * @param named whether the text has the name of a JSON file
   */
  public static Documents read(String text, boolean named) {
    if (!named && !looksLikeJson(text)) {
      return yaml(text);
    }
    Documents json = JsonDocuments.read(text);
    if (json.problem.isEmpty()) {
      return json;
    }
    if (named && isSettings(text)) {
      return new Documents(List.of(), Optional.empty());
    }
    Documents yaml = yaml(text);
    return yaml.problem.isEmpty() || (!named && yaml.all.size() > json.all.size()) ? yaml : json;
  }

  /** Returns whether a text is JSON with comments and not a Kubernetes object. */
  private static boolean isSettings(String text) {
    Documents settings = JsonDocuments.readSettings(text);
    return settings.problem.isEmpty()
        && settings.all.stream().noneMatch(node -> hasKey(node, Set.of("apiVersion", "kind")));
  }

  private static boolean hasKey(Node node, Set<String> keys) {
    return node instanceof MappingNode mapping
        && mapping.getValue().stream()
            .anyMatch(
                tuple ->
                    tuple.getKeyNode() instanceof ScalarNode key && keys.contains(key.getValue()));
  }

  private static boolean looksLikeJson(String text) {
    String start = text.substring(0, Math.min(text.length(), 1_000)).strip();
    return start.startsWith("{") && !start.startsWith("{{") && !start.startsWith("{%");
  }

  private static Documents yaml(String text) {
    Documents read = compose(text);
    String spaced = read.problem.isEmpty() ? text : Separators.spaced(text);
    return spaced.equals(text) ? read : compose(spaced);
  }

  private static Documents compose(String text) {
    List<Node> all = new ArrayList<>();
    boolean mayAlias = text.indexOf('*') >= 0;
    try {
      Composer documents = composer(text);
      while (documents.checkNode()) {
        Node document = documents.getNode();
        Optional<String> refusal = mayAlias ? Aliases.refusal(document) : Optional.empty();
        if (refusal.isPresent()) {
          int line = document.getStartMark().getLine() + 1;
          return new Documents(all, Optional.of(new Problem(line, refusal.get())));
        }
        all.add(document);
      }
      return new Documents(all, Optional.empty());
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      return broken(all, line, String.valueOf(e.getProblem()));
    } catch (ReaderException e) {
      int line = 1 + (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count();
      return broken(all, line, "the character U+%04X is not allowed".formatted(e.getCodePoint()));
    } catch (YAMLException e) {
      return broken(all, 0, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static Documents broken(List<Node> all, int line, String says) {
    return new Documents(all, Optional.of(new Problem(line, "broken YAML: " + says)));
  }

  /** Creates the parser. The rest of {@link org.yaml.snakeyaml.Yaml} is costly for many files. */
  private static Composer composer(String text) {
    StreamReader reader = new StreamReader(text);
    return new Composer(new ParserImpl(reader, OPTIONS), new KubernetesResolver(), OPTIONS);
  }

  /** Returns the options. {@link Aliases} bounds the aliases; no tag ever creates an object. */
  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(Integer.MAX_VALUE);
    options.setMaxAliasesForCollections(Integer.MAX_VALUE);
    options.setTagInspector(_ -> true);
    options.setMergeOnCompose(true);
    return options;
  }
}
