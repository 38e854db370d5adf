package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * Runs the bare loop at a low rate, with one or several queries per wake-up, half of them over TCP.
 * Answers each line of input with the numbers of queries and errors, and the durations of the
 * latest queries in microseconds.
 */
@Command(name = "pace", hidden = true)
final class PaceCommand implements Callable<Integer> {

  /** The number of latencies that are reported. */
  private static final int LATEST = 400;

  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--rate", required = true)
  private int rate = 1;

  @Option(names = "--per-wake-up", required = true)
  private int perWakeUp = 1;

  private final List<Long> latencies = new ArrayList<>();
  private volatile boolean ended;

  @Override
  public Integer call() throws IOException, InterruptedException {
    InetSocketAddress server = new InetSocketAddress(ServeCommand.LOOPBACK, port);
    BareLoop udp = new BareLoop(Transport.UDP, server);
    BareLoop tcp = new BareLoop(Transport.TCP, server);
    Thread loop = Thread.ofPlatform().start(() -> run(udp, tcp));
    System.out.println("ready");
    try (BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      while (requests.readLine() != null) {
        System.out.println(report(udp.tally(), tcp.tally()));
      }
    }
    ended = true;
    loop.join();
    return ExitCode.OK;
  }

  private void run(BareLoop udp, BareLoop tcp) {
    long interval = Duration.ofSeconds(1).toNanos() * perWakeUp / rate;
    long start = System.nanoTime();
    for (long round = 0; !ended; round++) {
      for (int i = 0; i < perWakeUp; i++) {
        ask((round * perWakeUp + i) % 2 == 0 ? udp : tcp);
      }
      long due = start + (round + 1) * interval;
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(this, early);
      }
    }
  }

  private void ask(BareLoop loop) {
    long start = System.nanoTime();
    loop.ask();
    keep(System.nanoTime() - start);
  }

  private synchronized void keep(long latency) {
    if (latencies.size() == LATEST) {
      latencies.removeFirst();
    }
    latencies.add(latency);
  }

  private synchronized String report(Tally udp, Tally tcp) {
    StringBuilder line = new StringBuilder();
    line.append(udp.done() + tcp.done()).append(' ').append(udp.errors() + tcp.errors());
    latencies.forEach(nanos -> line.append(' ').append(nanos / 1e3));
    return line.toString();
  }
}
