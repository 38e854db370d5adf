package io.github.dnsonde.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All contenders in one case, each in a fresh process. They take turns, so that other load on the
 * machine affects all of them.
 *
 * @param jvmOptions of every contender
 * @param warmUp the time that each runs before the measurement
 * @param length the duration of one run
 * @param rounds the number of runs of each
 */
record Contest(List<String> jvmOptions, Duration warmUp, Duration length, int rounds) {

  Contest {
    jvmOptions = List.copyOf(jvmOptions);
  }

  Result hold(Case which, int port) throws IOException {
    Map<Contender.Kind, Child> children = new EnumMap<>(Contender.Kind.class);
    try {
      for (Contender.Kind kind : Contender.Kind.values()) {
        children.put(kind, start(kind, which, port));
      }
      Map<Contender.Kind, List<Run>> runs = takeTurns(children);
      return Result.of(which, kind -> new Series(runs.getOrDefault(kind, List.of())));
    } finally {
      for (Child child : children.values()) {
        child.close();
      }
    }
  }

  /** Starts a contender and returns after its warm-up, so that they warm up one after the other. */
  private Child start(Contender.Kind kind, Case which, int port) throws IOException {
    List<String> options = new ArrayList<>(jvmOptions);
    options.add("--enable-native-access=ALL-UNNAMED"); // for the clock
    Child child =
        Child.start(
            options,
            List.of(
                "ask",
                "--contender=" + kind,
                "--transport=" + which.transport(),
                "--load=" + which.load(),
                "--port=" + port,
                "--warm-up=" + warmUp,
                "--length=" + length));
    child.line();
    return child;
  }

  private Map<Contender.Kind, List<Run>> takeTurns(Map<Contender.Kind, Child> children)
      throws IOException {
    Map<Contender.Kind, List<Run>> runs = new EnumMap<>(Contender.Kind.class);
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<Contender.Kind, Child> child : children.entrySet()) {
        runs.computeIfAbsent(child.getKey(), _ -> new ArrayList<>())
            .add(Run.parse(child.getValue().request()));
      }
    }
    return runs;
  }
}
