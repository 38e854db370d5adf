package io.github.dnsonde.admission;

import io.github.dnsonde.cluster.AdmissionRequest;

/** Finds out whether a client may override a refusal. */
public interface Permission {

  /** The possible answers. */
  enum Answer {
    YES,
    NO,
    /** The API server did not say. */
    UNKNOWN
  }

  /** Returns whether the sender of a request may override its refusal. */
  Answer toOverride(AdmissionRequest request);
}
