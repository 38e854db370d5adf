package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Sockets.Unavailable;
import io.github.dnsonde.probe.Vantage;

/** Locates the network namespace of a vantage. May be called by any thread. */
public interface NamespaceLocator {

  /**
   * Returns the file to enter.
   *
   * @throws Unavailable if it is gone, or not known for certain; the message states the reason
   */
  Entrance of(Vantage vantage) throws Unavailable;
}
