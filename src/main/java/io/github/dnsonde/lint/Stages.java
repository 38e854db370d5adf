package io.github.dnsonde.lint;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Folders for one cluster each, as their names show: {@code dev} and {@code prod}. */
final class Stages {

  /** Words in the names of such folders. */
  private static final Set<String> WORDS =
      Set.of(
          "dev",
          "devel",
          "development",
          "test",
          "testing",
          "tst",
          "qa",
          "uat",
          "int",
          "integration",
          "stage",
          "staging",
          "stg",
          "preprod",
          "pre",
          "prod",
          "production",
          "prd",
          "live",
          "sandbox",
          "demo",
          "canary",
          "local",
          "ci",
          "e2e",
          "perf",
          "dr");

  /** Names of folders that contain one folder for each cluster. */
  private static final Set<String> PARENTS =
      Stream.of(
              "cluster",
              "environment",
              "env",
              "overlay",
              "stage",
              "region",
              "site",
              "variant",
              "profile")
          .flatMap(each -> Stream.of(each, each + "s"))
          .collect(Collectors.toUnmodifiableSet());

  /** Names that have been checked: a repository has few and compares them often. */
  private final Map<String, Boolean> known = new ConcurrentHashMap<>();

  /**
   * Returns true if two folders are for different clusters: their paths differ first in two such
   * names.
   */
  boolean areApart(Path one, Path other) {
    int depth = Math.min(one.getNameCount(), other.getNameCount());
    for (int i = 0; i < depth; i++) {
      if (!one.getName(i).equals(other.getName(i))) {
        return (i > 0 && PARENTS.contains(one.getName(i - 1).toString()))
            || (isStage(one.getName(i)) && isStage(other.getName(i)));
      }
    }
    return false;
  }

  private boolean isStage(Path name) {
    return known.computeIfAbsent(name.toString(), Stages::isStage);
  }

  /**
   * Returns true if a word of a name is a stage's, with or without a trailing number: {@code
   * eu-prod2}.
   */
  private static boolean isStage(String name) {
    int start = 0;
    for (int end = 0; end <= name.length(); end++) {
      if (end == name.length() || "-_.".indexOf(name.charAt(end)) >= 0) {
        if (isStageWord(name.substring(start, end))) {
          return true;
        }
        start = end + 1;
      }
    }
    return false;
  }

  private static boolean isStageWord(String word) {
    return WORDS.contains(word)
        || WORDS.stream()
            .anyMatch(
                stage ->
                    word.startsWith(stage)
                        && word.length() > stage.length()
                        && "0123456789".indexOf(word.charAt(stage.length())) >= 0);
  }
}
