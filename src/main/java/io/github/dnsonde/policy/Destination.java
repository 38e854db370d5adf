package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import java.net.InetAddress;
import java.util.List;

/** Who is asked, as far as policies can tell: that is by what is behind the address. */
public sealed interface Destination {

  /**
   * A Service, whose address becomes the address of one of its pods on the way.
   *
   * @param address that is dialled, one of the Service's
   * @param backends the pods behind it
   */
  record Balanced(Service service, InetAddress address, List<Pod> backends) implements Destination {
    public Balanced {
      requireNonNull(service, "service is null");
      requireNonNull(address, "address is null");
      backends = List.copyOf(backends);
    }
  }

  /** A pod by its own address. */
  record Direct(Pod pod, InetAddress address) implements Destination {
    public Direct {
      requireNonNull(pod, "pod is null");
      requireNonNull(address, "address is null");
    }
  }

  /**
   * An address that stays what it is: an external resolver; the node's cache; a Service's address
   * on which the node's cache answers, so that it never becomes a pod's.
   *
   * @param pods those in a node's network that answer there, if any
   */
  record Address(InetAddress address, List<Pod> pods) implements Destination {
    public Address {
      requireNonNull(address, "address is null");
      pods = List.copyOf(pods);
    }
  }

  /**
   * An address of which is not known what is behind it: the DNS Service or its pods could not be
   * read.
   *
   * @param why as a sentence without its full stop
   */
  record Unread(InetAddress address, String why) implements Destination {
    public Unread {
      requireNonNull(address, "address is null");
      requireNonNull(why, "why is null");
    }
  }

  /** The asking pod itself, by loopback or by its own address: no policy can stop that. */
  record Itself() implements Destination {}
}
