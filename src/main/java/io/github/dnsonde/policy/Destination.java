package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import java.net.InetAddress;
import java.util.List;

/** The destination of a query, classified by what policies can see: the pods behind the address. */
public sealed interface Destination {

  /**
   * A Service, whose address is rewritten on the way to that of one of its pods.
   *
   * @param address the dialled address, one of the Service's
   * @param backends the pods behind it
   */
  record Balanced(Service service, InetAddress address, List<Pod> backends) implements Destination {
    public Balanced {
      requireNonNull(service, "service is null");
      requireNonNull(address, "address is null");
      backends = List.copyOf(backends);
    }
  }

  /** A pod, dialled at its own address. */
  record Direct(Pod pod, InetAddress address) implements Destination {
    public Direct {
      requireNonNull(pod, "pod is null");
      requireNonNull(address, "address is null");
    }
  }

  /**
   * An address that is not rewritten: an external resolver, the node's cache, or a Service's
   * address on which the node's cache answers.
   *
   * @param pods the pods in a node's network that answer there, if any
   */
  record Address(InetAddress address, List<Pod> pods) implements Destination {
    public Address {
      requireNonNull(address, "address is null");
      pods = List.copyOf(pods);
    }
  }

  /**
   * An address with unknown pods behind it, because the DNS Service or its pods could not be read.
   *
   * @param why the reason, as a sentence without its full stop
   */
  record Unread(InetAddress address, String why) implements Destination {
    public Unread {
      requireNonNull(address, "address is null");
      requireNonNull(why, "why is null");
    }
  }

  /** The querying pod itself, by loopback or by its own address. No policy can deny that. */
  record Itself() implements Destination {}
}
