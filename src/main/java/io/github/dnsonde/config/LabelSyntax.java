package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Key.TextMap;
import io.github.dnsonde.config.yaml.Letters;
import io.github.dnsonde.config.yaml.ValueType;
import java.util.regex.Pattern;

/** The syntax of labels in Kubernetes (documentation, "Labels and Selectors", character set). */
final class LabelSyntax {

  static final ValueType<String> KEY =
      new Letters(
          "label key",
          "a label's key such as team or example.com/team",
          Pattern.compile(
              "(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"));

  static final ValueType<String> VALUE =
      new Letters(
          "label value",
          "a label's value: at most 63 of A-Z, a-z, 0-9, '-', '_' and '.'",
          Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?"));

  private LabelSyntax() {}

  /** Returns a key with a map of labels. */
  static TextMap map(String name, String yaml, String meaning) {
    return new TextMap(name, "label", KEY, VALUE, yaml, meaning);
  }
}
