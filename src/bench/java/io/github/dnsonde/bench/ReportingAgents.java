package io.github.dnsonde.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Agents that report as real ones do: with TLS and a token of their own, every ten seconds, and
 * after a failure again with a growing pause. Some report once more within a period, because a
 * state has changed.
 */
final class ReportingAgents implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** One report of so many is followed by another one a second later. */
  private static final int CHANGES = 20;

  private final List<Thread> threads = new ArrayList<>();
  private final List<Long> latencies = new ArrayList<>();
  private final Map<String, Integer> refusals = new TreeMap<>();
  private final InetSocketAddress controller;
  private volatile boolean incident;
  private volatile boolean ended;

  /**
   * The reports of one stretch of time.
   *
   * @param latencies the times to send a report and get the reply, in nanoseconds, sorted
   * @param refusals the numbers of reports that were not accepted, by reason
   */
  record Happened(List<Long> latencies, Map<String, Integer> refusals) {

    double milliseconds(double quantile) {
      return latencies.isEmpty()
          ? Double.NaN
          : latencies.get((int) (quantile * (latencies.size() - 1))) / 1e6;
    }
  }

  ReportingAgents(InetSocketAddress controller) {
    this.controller = controller;
  }

  /**
   * Adds the agent of a node, and writes its reports: writing them later takes half the machine.
   */
  void add(NodeReports node, String authorities, String token) throws IOException {
    ReportingClient client = new ReportingClient(node.node(), controller, authorities, token);
    Duration running = Duration.ofMinutes(5).plusSeconds(node.node());
    byte[] good = ReportingClient.zipped(node.at(running, false));
    byte[] bad = ReportingClient.zipped(node.at(running, true));
    threads.add(
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  try (client) {
                    report(client, good, bad);
                  } catch (InterruptedException _) {
                    // the end
                  }
                }));
  }

  /** Starts all agents; the first report of each comes within a period. */
  void start() {
    threads.forEach(Thread::start);
  }

  private void report(ReportingClient client, byte[] good, byte[] bad) throws InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    TimeUnit.MILLISECONDS.sleep(random.nextLong(PERIOD.toMillis()));
    int failures = 0;
    while (!ended) {
      long began = System.nanoTime();
      Optional<String> refusal = sent(incident ? bad : good, client);
      if (refusal.isEmpty()) {
        failures = 0;
        pause(began, random.nextInt(CHANGES) == 0 ? 1_000 : PERIOD.toMillis());
      } else {
        refused(refusal.get());
        long pause = Math.min(PERIOD.toMillis(), 1_000L << Math.min(failures++, 10));
        TimeUnit.MILLISECONDS.sleep(random.nextLong(pause / 2, pause + 1));
      }
    }
  }

  /** Sends a report; returns why it was not accepted. */
  private Optional<String> sent(byte[] report, ReportingClient client) {
    try {
      long began = System.nanoTime();
      int status = client.send(report);
      if (status == 200) {
        accepted(System.nanoTime() - began);
        return Optional.empty();
      }
      return Optional.of("status " + status);
    } catch (IOException _) {
      return Optional.of("no response");
    }
  }

  private static void pause(long began, long millis) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(began + TimeUnit.MILLISECONDS.toNanos(millis) - System.nanoTime());
  }

  private synchronized void accepted(long nanos) {
    latencies.add(nanos);
  }

  private synchronized void refused(String why) {
    refusals.merge(why, 1, Integer::sum);
  }

  /** Cuts off a namespace on all nodes, or ends that. */
  void incident(boolean begins) {
    incident = begins;
  }

  /** Returns what happened since the last call. */
  synchronized Happened take() {
    Happened happened =
        new Happened(latencies.stream().sorted().toList(), Map.copyOf(new TreeMap<>(refusals)));
    latencies.clear();
    refusals.clear();
    return happened;
  }

  @Override
  public void close() {
    ended = true;
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
