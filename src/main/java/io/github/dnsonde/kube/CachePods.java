package io.github.dnsonde.kube;

import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Literal;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the pods of NodeLocal DNSCache by the addresses that they are started with: {@code -localip
 * 169.254.20.10,10.96.0.10}. Their labels and names depend on the installer.
 */
final class CachePods {

  private static final Pattern OPTION = Pattern.compile("--?localip(?:=(.*))?");

  /** The arguments of pods, by the names of the pods. */
  static final Translation<Set<InetAddress>> TRANSLATION =
      Translation.of(
          "metadata(namespace,name,resourceVersion),spec([containers(args)])",
          object -> addresses(object.fields().object("spec")));

  private CachePods() {}

  private static Set<InetAddress> addresses(Fields spec) {
    Set<InetAddress> all = new LinkedHashSet<>();
    spec.objects("containers")
        .map(container -> container.texts("args"))
        .flatMap(CachePods::values)
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .flatMap(text -> Literal.address(text.strip()).stream())
        .forEach(all::add);
    return all;
  }

  private static Stream<String> values(List<String> arguments) {
    Stream.Builder<String> values = Stream.builder();
    for (int i = 0; i < arguments.size(); i++) {
      Matcher option = OPTION.matcher(arguments.get(i));
      if (option.matches()) {
        Optional.ofNullable(option.group(1)).ifPresent(values);
        if (option.group(1) == null && i + 1 < arguments.size()) {
          values.add(arguments.get(i + 1));
        }
      }
    }
    return values.build();
  }
}
