package io.github.dnsonde.controller;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigWatch;
import io.github.dnsonde.config.yaml.Mistake;
import io.github.dnsonde.controller.ProbePodReconciler.NamespaceReport;
import io.github.dnsonde.log.ConfigLog;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Ticker;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs one round after the other on the calling thread, and logs the changes. */
public final class ProbePodController {

  private static final Duration CONFIG_CHECK = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final Log LOG = Log.named("probe-pods");

  private final ProbePodReconciler keeper;
  private final Optional<ConfigWatch> watch;
  private final OutputStream log;
  private final ProbePodLog rounds = new ProbePodLog(Ticker.SYSTEM);
  private Config inForce;
  private Duration nextPause = FIRST_PAUSE;

  public ProbePodController(
      ProbePodReconciler keeper, Config inForce, Optional<ConfigWatch> watch, OutputStream log) {
    this.keeper = keeper;
    this.inForce = inForce;
    this.watch = watch;
    this.log = log;
  }

  /** Returns only when its thread is interrupted. */
  public void run() throws InterruptedException {
    adopt(inForce);
    while (true) {
      rest(round());
    }
  }

  /** Performs a round. Returns the pause until the next one. */
  private Duration round() {
    Config.ProbePods settings = inForce.probePods();
    try {
      List<NamespaceReport> all = keeper.round(settings);
      rounds.round(all);
      nextPause = FIRST_PAUSE;
      return all.stream().allMatch(NamespaceReport::settled) ? settings.period() : soon(settings);
    } catch (IOException failure) {
      return pause(
          Event.of("a round failed and will be retried")
              .with("why", String.valueOf(failure.getMessage())));
    } catch (RuntimeException fault) {
      return pause(Event.of("a round failed and will be retried").because(fault));
    }
  }

  private Duration pause(Event event) {
    Duration pause = nextPause;
    nextPause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    rounds.failed(event.with("pause", pause));
    return pause;
  }

  private static Duration soon(Config.ProbePods settings) {
    return shorter(settings.period(), Duration.ofSeconds(5));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void rest(Duration pause) throws InterruptedException {
    long end = Ticker.SYSTEM.nanos() + pause.toNanos();
    boolean changed = false;
    while (!changed && Ticker.SYSTEM.nanos() < end) {
      Thread.sleep(shorter(CONFIG_CHECK, Duration.ofNanos(end - Ticker.SYSTEM.nanos())));
      changed = watch.filter(this::changed).isPresent();
    }
  }

  private boolean changed(ConfigWatch watch) {
    return switch (watch.check()) {
      case ConfigWatch.Change.Unchanged _ -> false;
      case ConfigWatch.Change.Changed(Config config, _) -> {
        adopt(config);
        yield true;
      }
      case ConfigWatch.Change.Broken(List<Mistake> mistakes) -> {
        ConfigLog.refused(mistakes, LOG);
        yield false;
      }
    };
  }

  private void adopt(Config config) {
    inForce = config;
    ConfigLog.configure(config, log);
    Config.ProbePods settings = config.probePods();
    LOG.info(
        Event.of("keeping probe pods")
            .with("include", settings.namespaces().include().toString())
            .with("image", settings.image().orElse("none"))
            .with("period", settings.period()));
  }
}
