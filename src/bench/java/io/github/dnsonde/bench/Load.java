package io.github.dnsonde.bench;

import java.time.Duration;

/** The load on a contender. */
enum Load {
  /** A query every five milliseconds, even if the previous one is not answered. */
  PACED("200/s"),

  /** The next query as soon as there is room for it. */
  FLAT_OUT("flat out");

  private static final long INTERVAL = Duration.ofMillis(5).toNanos();

  /** The interval of checks while the last answers are outstanding. */
  private static final Duration A_MOMENT = Duration.ofMillis(1);

  private final String title;

  Load(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Sends queries for this time, and then waits until none is in flight. */
  void drive(Contender contender, Duration length) {
    switch (this) {
      case PACED -> pace(contender, length.toNanos() / INTERVAL);
      case FLAT_OUT -> race(contender, System.nanoTime() + length.toNanos());
    }
    while (contender.inFlight() > 0) {
      contender.await(A_MOMENT);
    }
  }

  private static void pace(Contender contender, long questions) {
    long start = System.nanoTime();
    for (long asked = 0; asked < questions; asked++) {
      askAt(start + asked * INTERVAL, contender);
    }
  }

  private static void askAt(long due, Contender contender) {
    for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
      contender.await(Duration.ofNanos(early));
    }
    contender.ask();
  }

  private static void race(Contender contender, long end) {
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      if (contender.inFlight() < contender.concurrency()) {
        contender.ask();
      } else {
        contender.await(Duration.ofNanos(left));
      }
    }
  }
}
