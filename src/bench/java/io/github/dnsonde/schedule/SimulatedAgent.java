package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import java.util.Optional;

/** The schedule of an agent in simulated time: its own queue, without a thread. */
public final class SimulatedAgent {

  private final ProbeQueue queue;

  /** Creates a schedule without a plan. */
  public SimulatedAgent(Pace pace, long now) {
    this.queue = new ProbeQueue(pace, now);
  }

  /** A query in flight. */
  public static final class Query {
    private final DueProbe due;

    private Query(DueProbe due) {
      this.due = due;
    }

    /** The probe that is queried. */
    public Probe probe() {
      return due.probe();
    }
  }

  /** Switches to a plan and a pace. */
  public void follow(Plan plan, Pace pace, long now) {
    queue.follow(plan, pace, now);
  }

  /** Starts the next query if one may start. */
  public Optional<Query> next(long now) {
    return queue.next(now).map(Query::new);
  }

  /** Ends a query. */
  public void done(Query query, boolean failed, long now) {
    if (!queue.done(query.due, true, now)) {
      queue.result(query.probe(), failed, now);
    }
  }

  /** Returns the time until a query may start, if none ends meanwhile. */
  public long untilNext(long now) {
    return queue.untilNext(now);
  }
}
