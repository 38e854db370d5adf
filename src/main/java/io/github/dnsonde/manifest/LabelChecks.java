package io.github.dnsonde.manifest;

import static io.github.dnsonde.manifest.Notes.at;
import static io.github.dnsonde.manifest.Notes.invalid;
import static io.github.dnsonde.manifest.Notes.quote;

import io.github.dnsonde.cluster.InvalidPolicy.Fault;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The checks of labels and label selectors in API servers (apimachinery, {@code
 * apis/meta/v1/validation}).
 */
record LabelChecks(Notes notes) {

  private static final Optional<String> EMPTY_VALUE = Optional.of("the empty value");

  /** Checks keys and values of an object's labels, or of a selector's {@code matchLabels}. */
  void labels(Fields parent, String name, String path) {
    Fields labels = notes.object(parent, name, path);
    labels.names().stream().sorted().forEach(key -> label(labels, key, at(path, name)));
  }

  private void label(Fields labels, String key, String path) {
    key(key, path);
    Optional<String> value = labels.text(key);
    value.ifPresent(each -> value(each, path));
    if (value.isEmpty() && labels.has(key)) {
      notes.refuse(path, invalid(quote(key), "must be a text (in quotes)"));
    } else if (value.isEmpty()) {
      notes.surprise(
          Surprise.Kind.EMPTY_ITEM,
          path,
          "has nothing behind "
              + quote(key)
              + ": API servers take it as "
              + EMPTY_VALUE.orElseThrow());
    }
  }

  private void key(String key, String path) {
    syntax(key, Names.labelKey(key))
        .forEach(flaw -> notes.refuse(Fault.LABEL_SYNTAX, path, invalid(quote(key), flaw)));
  }

  private void value(String value, String path) {
    syntax(value, Names.labelValue(value))
        .forEach(flaw -> notes.refuse(Fault.LABEL_SYNTAX, path, invalid(quote(value), flaw)));
  }

  private static List<String> syntax(String text, List<String> flaws) {
    return Names.hasVariable(text) ? List.of() : flaws;
  }

  void selector(Fields parent, String name, String path) {
    Fields selector = notes.object(parent, name, path);
    labels(selector, "matchLabels", at(path, name));
    notes.each(selector, "matchExpressions", at(path, name), Optional.empty(), this::requirement);
  }

  private void requirement(Fields requirement, String path) {
    String key = notes.text(requirement, "key", path).orElse("");
    key(key, path + ".key");
    String word = notes.text(requirement, "operator", path).orElse("");
    List<String> values = notes.texts(requirement, "values", path, EMPTY_VALUE);
    Optional<Operator> operator =
        Arrays.stream(Operator.values()).filter(each -> each.word().equals(word)).findFirst();
    if (operator.isEmpty()) {
      notes.refuse(path + ".operator", invalid(quote(word), "not a valid selector operator"));
    } else if (operator.get().takesValues() && values.isEmpty()) {
      notes.refuse(
          path + ".values", "Required value: must be specified when `operator` is 'In' or 'NotIn'");
    } else if (!operator.get().takesValues() && !values.isEmpty()) {
      notes.refuse(
          path + ".values",
          "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
    for (int i = 0; i < values.size(); i++) {
      value(values.get(i), path + ".values[" + i + "]");
    }
  }
}
