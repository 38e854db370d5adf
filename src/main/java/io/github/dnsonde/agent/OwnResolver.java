package io.github.dnsonde.agent;

import io.github.dnsonde.config.ResolvConf;
import io.github.dnsonde.config.ResolvConfWatch;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.probe.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The agent's own {@code resolv.conf}, read again every few seconds. For one thread. */
final class OwnResolver {

  /**
   * The interval between checks; new content is in force after two. Reading a few hundred octets is
   * cheap.
   */
  private static final Duration CHECK = Duration.ofSeconds(2);

  private static final Log LOG = Log.named("resolver");

  private final ResolvConfWatch watch;
  private Optional<String> problem = Optional.empty();
  private long checked = Ticker.SYSTEM.nanos();

  OwnResolver(Path file) {
    this.watch = new ResolvConfWatch(file);
    report();
  }

  ResolvConf resolvConf() {
    return watch.inForce();
  }

  /** Checks the file if it is time to; returns true if {@link #resolvConf} has changed. */
  boolean changed() {
    long now = Ticker.SYSTEM.nanos();
    if (now - checked < CHECK.toNanos()) {
      return false;
    }
    checked = now;
    boolean changed = watch.check();
    report();
    if (changed) {
      LOG.info(Event.of("resolv.conf changed").with("settings", resolvConf().settings().words()));
    }
    return changed;
  }

  /** Reports a problem once, until the file can be read again. */
  private void report() {
    if (watch.problem().isPresent() && problem.isEmpty()) {
      LOG.warn(
          Event.of("resolv.conf cannot be read; its previous content stays in force, if any")
              .with("error", watch.problem().get()));
    }
    problem = watch.problem();
  }
}
