package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * Who changed an object's spec last, and where it is kept.
 *
 * @param manager the field manager of the latest entry of {@code metadata.managedFields} that is
 *     not about a subresource, such as {@code kubectl-client-side-apply}
 * @param changed when that was; the creation time where no entry tells
 * @param source the Argo CD application or Flux object that would put it back, in words such as
 *     {@code Argo CD application payments}
 */
public record Origin(Optional<String> manager, Instant changed, Optional<String> source) {

  /** Nobody knows. */
  public static final Origin NONE = new Origin(Optional.empty(), Instant.EPOCH, Optional.empty());

  public Origin {
    requireNonNull(manager, "manager is null");
    requireNonNull(changed, "changed is null");
    requireNonNull(source, "source is null");
  }
}
