package io.github.dnsonde.kube;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log records of the package. */
final class LogRecords extends Handler implements AutoCloseable {

  private static final Logger LOGGER = Logger.getLogger(KubeCluster.class.getName());
  final List<String> lines = new CopyOnWriteArrayList<>();

  LogRecords() {
    LOGGER.addHandler(this);
  }

  @Override
  public void publish(LogRecord told) {
    lines.add(MessageFormat.format(told.getMessage(), told.getParameters()));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOGGER.removeHandler(this);
  }
}
