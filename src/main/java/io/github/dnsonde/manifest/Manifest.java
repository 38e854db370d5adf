package io.github.dnsonde.manifest;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One Kubernetes object as a file holds it, which tells on which line each of its fields is. */
public final class Manifest {

  private final YamlFields root;

  private Manifest(YamlFields root) {
    this.root = root;
  }

  /**
   * What a text holds.
   *
   * @param objects in their order, as far as the text is well-formed; those of a {@code List} one
   *     by one
   * @param mistake where that ends, if it does
   */
  public record Text(List<Manifest> objects, Optional<Mistake> mistake) {
    public Text {
      objects = List.copyOf(objects);
      requireNonNull(mistake, "mistake is null");
    }
  }

  /**
   * What makes a text no manifest.
   *
   * @param line 1 or more; 0 where no line is to blame
   */
  public record Mistake(int line, String says) {}

  /** Reads the documents of a YAML or JSON text; those that are no objects are left out. */
  public static Text read(String text) {
    List<Manifest> objects = new ArrayList<>();
    try {
      Iterator<Node> documents = YamlFields.compose(text).iterator();
      while (documents.hasNext()) {
        Node document = documents.next();
        Optional<Mistake> unfit = unfit(document);
        if (unfit.isPresent()) {
          return new Text(objects, unfit);
        }
        YamlFields.mapping(document)
            .flatMap(Manifest::each)
            .map(Manifest::new)
            .forEach(objects::add);
      }
      return new Text(objects, Optional.empty());
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      return new Text(objects, Optional.of(new Mistake(line, "broken YAML: " + e.getProblem())));
    } catch (YAMLException e) {
      String says = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return new Text(objects, Optional.of(new Mistake(0, "broken YAML: " + says)));
    }
  }

  /** YAML that no JSON can be made of, so that no API server takes it. */
  private static Optional<Mistake> unfit(Node node) {
    return switch (node) {
      case MappingNode mapping ->
          mapping.getValue().stream()
              .flatMap(
                  tuple ->
                      unfitKey(tuple.getKeyNode()).or(() -> unfit(tuple.getValueNode())).stream())
              .findFirst();
      case SequenceNode sequence ->
          sequence.getValue().stream().flatMap(each -> unfit(each).stream()).findFirst();
      default -> Optional.empty();
    };
  }

  /** {@code {{ .Values.name }}} is YAML by accident: a mapping whose key is a mapping. */
  private static Optional<Mistake> unfitKey(Node key) {
    if (key instanceof MappingNode) {
      return unfit(key, "a template, not YAML: render it first (helm template … | dnsonde lint -)");
    }
    return key.getTag().equals(Tag.NULL)
        ? unfit(key, "a key that is null: expected a text, write it in quotes")
        : Optional.empty();
  }

  private static Optional<Mistake> unfit(Node key, String says) {
    return Optional.of(new Mistake(key.getStartMark().getLine() + 1, says));
  }

  private static Stream<YamlFields> each(YamlFields document) {
    boolean isList = document.text("kind").filter(kind -> kind.endsWith("List")).isPresent();
    return isList && document.isList("items") ? document.mappings("items") : Stream.of(document);
  }

  /** What it says. */
  public Fields fields() {
    return root;
  }

  /** The line it begins on; 1 or more. */
  public int line() {
    return root.line();
  }

  /**
   * The line that a field begins on, or if there is none the one that would hold it.
   *
   * @param path such as {@code spec.egress[0].ports[1].protocol}
   */
  public int line(String path) {
    return root.lineOf(List.of(path.replace("[", ".[").split("\\.")));
  }
}
