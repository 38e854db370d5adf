package io.github.dnsonde.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Keeps the last lines that were written to it. */
final class LogTail extends OutputStream {

  private final int most;
  private final Deque<String> lines = new ArrayDeque<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LogTail(int most) {
    this.most = most;
  }

  @Override
  public synchronized void write(int octet) {
    if (octet == '\n') {
      lines.addLast(line.toString(StandardCharsets.UTF_8));
      line.reset();
      if (lines.size() > most) {
        lines.removeFirst();
      }
    } else {
      line.write(octet);
    }
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  synchronized void clear() {
    lines.clear();
  }
}
