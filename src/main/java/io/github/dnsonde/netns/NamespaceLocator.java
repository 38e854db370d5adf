package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Sockets.Unavailable;
import io.github.dnsonde.probe.Vantage;

/** Tells where the network namespace of a vantage is to be entered. Any thread may ask. */
public interface NamespaceLocator {

  /**
   * Finds it.
   *
   * @throws Unavailable if it is gone, or not known for certain; the message says why
   */
  Entrance of(Vantage vantage) throws Unavailable;
}
