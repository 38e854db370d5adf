package io.github.dnsonde.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The bare loop at the same rate. */
record RivalLoop(String title, Child child) implements Rival {

  static RivalLoop start(List<String> jvmOptions, int port, int rate, int perWakeUp)
      throws IOException {
    Child child =
        Child.start(
            jvmOptions,
            List.of("pace", "--port=" + port, "--rate=" + rate, "--per-wake-up=" + perWakeUp));
    child.line();
    return new RivalLoop("bare loop, " + perWakeUp + " per wake-up", child);
  }

  @Override
  public Duration cpu() {
    return child.cpu();
  }

  @Override
  public Progress progress() throws IOException {
    String[] figures = child.request().split(" ", -1);
    return new Progress(Long.parseLong(figures[0]), Long.parseLong(figures[1]));
  }

  @Override
  public List<Double> latencies() throws IOException {
    return Arrays.stream(child.request().split(" ", -1)).skip(2).map(Double::valueOf).toList();
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
