package io.github.dnsonde.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Set;

/** Micrometer's metrics of this process and its virtual machine. */
final class JvmMeters implements AutoCloseable {

  /** The meters for memory, processor time, files and restarts. */
  private static final Set<String> CORE =
      Set.of(
          "jvm.info",
          "jvm.memory.used",
          "jvm.gc.pause",
          "jvm.gc.memory.allocated",
          "jvm.threads.live",
          "process.cpu.usage",
          "process.files.max",
          "process.files.open",
          "process.start.time");

  private final PrometheusMeterRegistry registry;
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  JvmMeters(PrometheusRegistry target, Detail detail) {
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, target, Clock.SYSTEM);
    // Their names break the conventions: nanoseconds in one, a histogram's suffix in the other.
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    switch (detail) {
      case CORE -> {
        registry.config().meterFilter(MeterFilter.denyUnless(id -> CORE.contains(id.getName())));
        registry.config().meterFilter(new WithoutCauses());
      }
      case FULL -> {}
    }
    binders().forEach(binder -> binder.bindTo(registry));
  }

  private List<MeterBinder> binders() {
    return List.of(
        new JvmInfoMetrics(),
        new JvmMemoryMetrics(),
        garbageCollection,
        new JvmThreadMetrics(),
        new ClassLoaderMetrics(),
        new ProcessorMetrics(),
        new UptimeMetrics(),
        new FileDescriptorMetrics());
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  /** Adds up the pauses of garbage collection by what they collected. */
  private static final class WithoutCauses implements MeterFilter {

    @Override
    public Meter.Id map(Meter.Id id) {
      return id.getName().equals("jvm.gc.pause")
          ? id.replaceTags(
              id.getTags().stream().filter(tag -> tag.getKey().equals("action")).toList())
          : id;
    }
  }
}
