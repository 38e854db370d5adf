package io.github.dnsonde.controller;

import io.github.dnsonde.kube.TokenVerdict;
import java.io.IOException;

/** Has a token checked by the API server. */
interface TokenReviewer {

  /**
   * Returns the verdict.
   *
   * @throws IOException if there is none; the message says why
   */
  TokenVerdict review(String token, String audience) throws IOException;
}
