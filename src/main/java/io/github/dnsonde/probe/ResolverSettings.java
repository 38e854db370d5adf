package io.github.dnsonde.probe;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of a stub resolver: those of a {@code resolv.conf} (resolv.conf(5)), or those that a
 * pod's {@code dnsConfig} adds to it. Outputs show them, so all text consists of harmless
 * characters.
 *
 * @param nameservers the servers that it queries, in order
 * @param search the domains that it appends to short names, in order
 * @param options such as {@code ndots:5} and {@code use-vc}
 */
public record ResolverSettings(
    List<InetAddress> nameservers, List<String> search, List<String> options) {

  /** No settings, or none that are known. */
  public static final ResolverSettings NONE = new ResolverSettings(List.of(), List.of(), List.of());

  /** Kubernetes allows 32 search domains (API reference, PodDNSConfig). */
  private static final int MAX_ITEMS = 32;

  /** A name of at most 253 characters (RFC 1035 §2.3.4), including the common underscore. */
  private static final Pattern DOMAIN = Pattern.compile("[a-zA-Z0-9._-]{1,253}");

  private static final Pattern OPTION = Pattern.compile("[a-z][a-z0-9-]{0,62}(?::[0-9]{1,9})?");

  public ResolverSettings {
    nameservers = List.copyOf(nameservers);
    search = List.copyOf(search);
    options = List.copyOf(options);
    if (!search.stream().allMatch(domain -> DOMAIN.matcher(domain).matches())) {
      throw new IllegalArgumentException("a search domain has forbidden characters");
    }
    if (!options.stream().allMatch(option -> OPTION.matcher(option).matches())) {
      throw new IllegalArgumentException("an option has forbidden characters");
    }
  }

  /**
   * Creates settings from text as it was found; invalid search domains and options are left out.
   */
  public static ResolverSettings of(
      List<InetAddress> nameservers, Stream<String> search, Stream<String> options) {
    return new ResolverSettings(
        nameservers,
        search.filter(domain -> DOMAIN.matcher(domain).matches()).limit(MAX_ITEMS).toList(),
        options.filter(option -> OPTION.matcher(option).matches()).limit(MAX_ITEMS).toList());
  }

  /**
   * Returns true if these are the settings of a pod with {@code dnsPolicy: ClusterFirst}: the
   * kubelet gives only such pods the search domain {@code svc} of the cluster's domain (Kubernetes
   * documentation, "DNS for Services and Pods").
   */
  public boolean ofClusterFirst() {
    return search.stream().anyMatch(domain -> domain.startsWith("svc."));
  }

  /** One line for people, such as {@code 10.96.0.10; search svc.cluster.local; options ndots:5}. */
  public String words() {
    return Stream.of(
            nameservers.stream().map(Addresses::text).collect(Collectors.joining(" ")),
            titled("search ", search),
            titled("options ", options))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String titled(String title, List<String> items) {
    return items.isEmpty() ? "" : title + String.join(" ", items);
  }
}
