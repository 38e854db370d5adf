package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The last change of an object's spec, and the source of the object.
 *
 * @param manager the field manager of the latest entry of {@code metadata.managedFields} that is
 *     not about a subresource, such as {@code kubectl-client-side-apply}
 * @param changed time of the last change; the creation time if no entry has one
 * @param source the Argo CD application or Flux object that would restore it, in words such as
 *     {@code Argo CD application payments}
 */
public record Origin(Optional<String> manager, Instant changed, Optional<String> source) {

  /** An unknown origin. */
  public static final Origin NONE = new Origin(Optional.empty(), Instant.EPOCH, Optional.empty());

  public Origin {
    requireNonNull(manager, "manager is null");
    requireNonNull(changed, "changed is null");
    requireNonNull(source, "source is null");
  }
}
