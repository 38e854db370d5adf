package io.github.dnsonde.yaml;

import java.util.IdentityHashMap;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Computes the size of a document with its aliases expanded. A few lines can expand to billions of
 * nodes, and a node can contain itself; kubectl refuses both. The bounds are those of kubectl's
 * parser (go-yaml, {@code allowedAliasRatio}), for one document at a time.
 */
final class Aliases {

  /** The size up to which aliases may be nearly all of a document; from the next, a tenth. */
  private static final long FEW = 400_000;

  private static final long MANY = 4_000_000;

  private static final long SMALL = 1_000;

  private static final double MOST = 0.99;
  private static final double LEAST = 0.10;

  /** The size of each node with its aliases expanded; -1 while its parts are being counted. */
  private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();

  private boolean recursive;

  private Aliases() {}

  /** Returns the reason to refuse a document; empty for nearly all documents. */
  static Optional<String> refusal(Node document) {
    Aliases aliases = new Aliases();
    long size = aliases.size(document);
    if (aliases.recursive) {
      return Optional.of("an alias is inside the node that it refers to");
    }
    long aliased = size - aliases.sizes.size();
    return size > SMALL && aliased > size * allowed(size)
        ? Optional.of("aliases make the document too large (" + size + " nodes when expanded)")
        : Optional.empty();
  }

  private static double allowed(long size) {
    if (size <= FEW) {
      return MOST;
    }
    return size >= MANY ? LEAST : MOST - (MOST - LEAST) * (size - FEW) / (MANY - FEW);
  }

  private long size(Node node) {
    Long known = sizes.get(node);
    if (known != null) {
      recursive |= known < 0;
      return Math.max(0, known);
    }
    sizes.put(node, -1L);
    long size = 1;
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple tuple : mapping.getValue()) {
          size = sum(size, sum(size(tuple.getKeyNode()), size(tuple.getValueNode())));
        }
      }
      case SequenceNode sequence -> {
        for (Node item : sequence.getValue()) {
          size = sum(size, size(item));
        }
      }
      default -> {}
    }
    sizes.put(node, size);
    return size;
  }

  private static long sum(long left, long right) {
    return Math.min(Long.MAX_VALUE / 4, left + right);
  }
}
