package io.github.dnsonde.cluster;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.probe.Cidr;
import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The addresses of clouds' own resolvers. They are one link or a reserved range away, and never a
 * pod, a Service or the node's cache.
 */
public final class CloudResolvers {

  /**
   * The range of metadata and DNS of most clouds: 169.254.169.254, and Amazon's 169.254.169.253.
   */
  private static final Cidr LINK_LOCAL = new Cidr(InetAddress.ofLiteral("169.254.169.0"), 24);

  /** Cloud DNS of GKE; Amazon's resolver. */
  private static final Set<InetAddress> OTHERS =
      Stream.of("fd20:ce::254", "fd00:ec2::253")
          .map(InetAddress::ofLiteral)
          .collect(toUnmodifiableSet());

  private CloudResolvers() {}

  /** Returns true if a cloud's resolver has this address. */
  public static boolean include(InetAddress address) {
    return LINK_LOCAL.contains(address) || OTHERS.contains(address);
  }
}
