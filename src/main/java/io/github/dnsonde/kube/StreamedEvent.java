package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

/**
 * One event of a watch (Kubernetes API concepts, "WatchEvent").
 *
 * @param type such as {@code ADDED}; may be empty
 */
record StreamedEvent(String type, StreamedObject object) {
  StreamedEvent {
    requireNonNull(type, "type is null");
    requireNonNull(object, "object is null");
  }
}
