package io.github.dnsonde.config;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;

/** The section {@code namespaces}, and the same section of {@code probe-pods}. */
final class NamespacesSection {

  private static final ScalarList<Glob> INCLUDE =
      ScalarList.of(
          "include",
          new NamePattern(),
          1,
          256,
          "['*']",
          "Namespaces to probe from, in mode `node`.");

  static final Section<Config.Namespaces> SECTION = of(INCLUDE);

  private NamespacesSection() {}

  /** Creates a section {@code namespaces} with these patterns to include by default. */
  static Section<Config.Namespaces> of(ScalarList<Glob> include) {
    ScalarList<Glob> exclude =
        ScalarList.of("exclude", new NamePattern(), 0, 256, "[]", "Namespaces to exclude.");
    Section<LabelSelector> selector =
        LabelSelectorSection.of("selector", "{}", "Labels that the namespaces must have.");

    return Section.of(
        "namespaces",
        in -> new Config.Namespaces(in.get(include), in.get(exclude), in.get(selector)),
        include,
        exclude,
        selector);
  }
}
