package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.manifest.Fields;
import java.util.Map;

/**
 * Reads the labels of an object, up to a bound. The API server bounds each label, but not their
 * number.
 */
final class BoundedLabels {

  /** About ten times as many as an object usually has. */
  private static final int MOST = 128;

  private static final int CHARACTERS = 8_192;

  private BoundedLabels() {}

  /**
   * Reads the labels.
   *
   * @throws IllegalArgumentException if there are too many
   */
  static Labels of(Fields metadata) {
    Map<String, String> labels = metadata.map("labels");
    int characters =
        labels.entrySet().stream()
            .mapToInt(label -> label.getKey().length() + label.getValue().length())
            .sum();
    if (labels.size() > MOST || characters > CHARACTERS) {
      throw new IllegalArgumentException(
          "metadata.labels has %d labels of %d characters, and no more than %d of %d are read"
              .formatted(labels.size(), characters, MOST, CHARACTERS));
    }
    return new Labels(labels);
  }
}
