package io.github.dnsonde.cli;

import io.github.dnsonde.config.ConfigException;
import io.github.dnsonde.demo.Scene;
import io.github.dnsonde.probe.Addresses;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the real agent on a simulated cluster that is broken and fixed step by step. */
@Command(
    name = "demo",
    header = "Watch the agent work on a simulated cluster, on loopback.",
    description = {
      "",
      "Starts simulations of kube-dns and NodeLocal DNSCache on loopback addresses, runs the real"
          + " agent against them from three simulated namespaces, and breaks and fixes their DNS"
          + " in turn. Needs no cluster and no privileges.",
      "",
      "On a terminal, a scene's number and Enter plays that scene and stays with it, Enter alone"
          + " plays the next, q and Enter or Ctrl-C ends the demo. Without input, scenes follow"
          + " each other every 12 s.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 if ended, 1 if it could not start or --once observed something unexpected."
    })
public final class DemoCommand implements Callable<Integer> {

  /** Time to read, and to try the URLs. */
  private static final Duration SCENE = Duration.ofSeconds(12);

  /** Longer than any query takes, even on a slow machine. */
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(30);

  private static final Duration REDRAW = Duration.ofMillis(500);

  /** Cursor home; end of line erased; rest of screen erased (ECMA-48 §8.3.21, §8.3.41, §8.3.39). */
  private static final String HOME = "\033[H";

  private static final String ERASE_LINE = "\033[K";
  private static final String ERASE_BELOW = "\033[J";

  /**
   * Cuts off lines that are wider than the screen instead of wrapping (DEC private mode 7, xterm).
   */
  private static final String NO_WRAP = "\033[?7l";

  private static final String WRAP = "\033[?7h";

  @Spec private CommandSpec spec;

  @Option(
      names = "--once",
      description =
          "Play every scene once, compare the agent's observations with the expected ones, and"
              + " exit: 0 if they agree, 1 otherwise.")
  private boolean once;

  @Override
  public Integer call() throws IOException, ConfigException, InterruptedException {
    DemoStage stage = DemoStage.open();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(stage::close));
    if (once) {
      return playOnce(stage) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()) {
      playLive(stage);
      return ExitCode.OK;
    }
    follow(stage);
    return ExitCode.OK;
  }

  /** Plays one scene after the other until a signal arrives. */
  private void follow(DemoStage stage) throws InterruptedException {
    urls(stage).forEach(this::println);
    for (int number = 1; ; number = next(number)) {
      stage.play(scene(number));
      stage.settled(SETTLES_WITHIN);
      report(stage, number);
      Thread.sleep(SCENE.minus(stage.age()));
    }
  }

  private static int next(int number) {
    return number % Scene.SCRIPT.size() + 1;
  }

  private boolean playOnce(DemoStage stage) throws InterruptedException {
    urls(stage).forEach(this::println);
    int right = 0;
    for (int number = 1; number <= Scene.SCRIPT.size(); number++) {
      stage.play(scene(number));
      stage.settled(SETTLES_WITHIN);
      right += report(stage, number) ? 1 : 0;
    }
    println("");
    println(right + " of " + Scene.SCRIPT.size() + " scenes observed as expected");
    return right == Scene.SCRIPT.size();
  }

  private boolean report(DemoStage stage, int number) {
    println("");
    heading(stage, number).forEach(this::println);
    new DemoTable(stage.probes(), Ansi.AUTO).lines(stage.latest()).forEach(this::println);
    stage.log().stream()
        .filter(line -> line.contains(" level=warn "))
        .limit(1)
        .forEach(this::println);
    List<String> mistakes = stage.mistakes();
    println(mistakes.isEmpty() ? "As expected." : "NOT as expected:");
    mistakes.forEach(mistake -> println("  " + mistake));
    return mistakes.isEmpty();
  }

  private void playLive(DemoStage stage) throws InterruptedException {
    BlockingQueue<String> keys = keys();
    int number = 1;
    boolean staying = false;
    stage.play(scene(number));
    print(HOME + ERASE_BELOW);
    while (true) {
      draw(stage, number);
      String key = keys.poll(REDRAW.toMillis(), TimeUnit.MILLISECONDS);
      boolean onwards = key == null ? !staying && stage.age().compareTo(SCENE) >= 0 : key.isBlank();
      if ("q".equals(key)) {
        return;
      } else if (onwards || chosen(key) > 0) {
        number = onwards ? next(number) : chosen(key);
        staying = !onwards;
        stage.play(scene(number));
      }
    }
  }

  private static Scene scene(int number) {
    return Scene.SCRIPT.get(number - 1);
  }

  /** The number of the selected scene; 0 for other input. */
  private static int chosen(@Nullable String key) {
    return IntStream.rangeClosed(1, Scene.SCRIPT.size())
        .filter(number -> String.valueOf(number).equals(key))
        .findFirst()
        .orElse(0);
  }

  private static BlockingQueue<String> keys() {
    BlockingQueue<String> keys = new LinkedBlockingQueue<>();
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    Thread.ofPlatform()
        .daemon()
        .name("keys")
        .start(() -> input.lines().map(String::strip).forEach(keys::add));
    return keys;
  }

  private void draw(DemoStage stage, int number) {
    List<String> lines = new ArrayList<>(heading(stage, number));
    lines.add("");
    lines.addAll(new DemoTable(stage.probes(), Ansi.AUTO).lines(stage.latest()));
    lines.add("");
    lines.add("Log, since the scene began:");
    stage
        .log()
        .forEach(line -> lines.add("  " + line.substring(Math.max(0, line.indexOf("msg=")))));
    lines.add("");
    lines.addAll(urls(stage));
    lines.add("");
    lines.add(
        "1 to "
            + Scene.SCRIPT.size()
            + " and Enter: stay with that scene; Enter: next scene; q and Enter: end");
    print(
        NO_WRAP
            + HOME
            + lines.stream()
                .map(line -> line + ERASE_LINE + System.lineSeparator())
                .collect(Collectors.joining())
            + ERASE_BELOW
            + WRAP);
  }

  private static List<String> heading(DemoStage stage, int number) {
    return List.of(
        Ansi.AUTO.string(
            "@|bold "
                + number
                + " of "
                + Scene.SCRIPT.size()
                + ": "
                + stage.scene().title()
                + "|@"),
        stage.scene().story());
  }

  private static List<String> urls(DemoStage stage) {
    String metrics = "http://" + Addresses.hostPort(stage.metricsAddress());
    String api = "http://" + Addresses.hostPort(stage.apiAddress());
    return List.of(
        "Metrics   " + metrics + "/metrics",
        "Outcomes  " + api + "/api/v1/outcomes",
        "Page      " + api + "/   (open it in a browser)");
  }

  private void println(String line) {
    print(line + System.lineSeparator());
  }

  private void print(String text) {
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
  }
}
