package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Mistake;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Thrown if the configuration cannot be used; carries every mistake that was found in it. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  ConfigException(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
    this.mistakes =
        mistakes.stream()
            .sorted(Comparator.comparing(Mistake::file).thenComparingInt(Mistake::line))
            .toList();
  }

  /** The mistakes: at least one, in the order of their lines. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
