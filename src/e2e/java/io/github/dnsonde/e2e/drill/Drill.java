package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.drill.Play.Course;
import io.github.dnsonde.e2e.monitoring.Alertmanager;
import io.github.dnsonde.e2e.monitoring.Pager;
import io.github.dnsonde.e2e.monitoring.Prometheus;
import io.github.dnsonde.e2e.monitoring.Prometheus.Setup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Causes every alert that fires within minutes; see {@code --help}. */
@Command(
    name = "drill",
    header = "Cause every alert that waits for at most five minutes, with real programs.",
    description =
        "Real agents probe simulated clusters on loopback, each with its own fault, all at once. A"
            + " real Prometheus with the original rules scrapes them. A real Alertmanager notifies"
            + " this program, which compares the notifications with the expected ones.",
    mixinStandardHelpOptions = true)
final class Drill implements Callable<Integer> {

  /** The interval of scrapes and of evaluations; two cores are enough for it. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  @Option(
      names = "--prometheus",
      paramLabel = "PROGRAM",
      description = "Default: $$DNSONDE_PROMETHEUS3, else prometheus.")
  private String prometheus =
      Optional.ofNullable(System.getenv("DNSONDE_PROMETHEUS3")).orElse("prometheus");

  @Option(
      names = "--alertmanager",
      paramLabel = "PROGRAM",
      defaultValue = "prometheus-alertmanager",
      description = "Default: ${DEFAULT-VALUE}.")
  private String alertmanager = "";

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      defaultValue = "alerts/dnsonde.yaml",
      description = "Default: ${DEFAULT-VALUE}.")
  private Path rules = Path.of("");

  @Option(
      names = "--advice",
      paramLabel = "FILE",
      defaultValue = "alerts/alertmanager.yaml",
      description =
          "Configuration with the group_wait and inhibit_rules for Alertmanager. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path advice = Path.of("");

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      defaultValue = "target/drill",
      description = "Folder for its files; emptied first. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("");

  @Option(
      names = "--pictures",
      paramLabel = "FOLDER",
      defaultValue = "target/dashboards",
      description = "Folder for pictures of the dashboards. Default: ${DEFAULT-VALUE}.")
  private Path pictures = Path.of("");

  @Option(
      names = "--only",
      paramLabel = "SCENARIO",
      split = ",",
      description =
          "Play only these; alerts that they do not cause are then not reported as missing.")
  private Set<String> only = Set.of();

  /** Starts the program. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Drill()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Folders.empty(folder);
    List<Scenario> scenarios =
        Script.scenarios().stream()
            .filter(scenario -> only.isEmpty() || only.contains(scenario.name()))
            .toList();
    Advice told = Advice.read(advice);
    Past.write(prometheus, "burn", folder.resolve(Scenario.COMMON).resolve("data"));
    try (Stage stage = Stage.set(scenarios, folder);
        Pager pager = Pager.start();
        Alertmanager manager =
            Alertmanager.start(alertmanager, folder, told.groupWait(), told.inhibition(), pager);
        Prometheus apart = prometheus(Scenario.APART, stage, manager);
        Prometheus common = prometheus(Scenario.COMMON, stage, manager)) {
      return play(stage, pager, common, apart) ? 0 : 1;
    }
  }

  private Prometheus prometheus(String name, Stage stage, Alertmanager manager)
      throws IOException, InterruptedException {
    return Prometheus.start(
        new Setup(
            name,
            prometheus,
            folder.resolve(name),
            INTERVAL,
            INTERVAL,
            List.of(rules),
            List.of(manager.address())),
        stage.targets(name));
  }

  private boolean play(Stage stage, Pager pager, Prometheus common, Prometheus apart)
      throws Exception {
    Instant began = Instant.now();
    List<Course> courses = courses(stage, pager);
    Timeline timeline = Timeline.of(Map.of(Scenario.COMMON, common, Scenario.APART, apart), began);
    Report report = new Report(System.out, pager);
    report.begin();
    courses.forEach(course -> report.add(course, timeline));
    if (only.isEmpty()) {
      report.cover(common.alertRules(), List.copyOf(stage.casts().keySet()), Script.WITHOUT);
    }
    if (only.isEmpty() || only.contains(Boards.PICTURED)) {
      report.boards(Boards.draw(common.url(), began, pictures));
    }
    return report.end();
  }

  private static List<Course> courses(Stage stage, Pager pager) throws Exception {
    try (ExecutorService players = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Course>> playing = new ArrayList<>();
      stage
          .casts()
          .forEach(
              (scenario, cast) -> playing.add(players.submit(new Play(scenario, cast, pager))));
      List<Course> courses = new ArrayList<>();
      for (Future<Course> course : playing) {
        courses.add(course.get());
      }
      return courses;
    }
  }
}
