package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicySet;
import java.util.List;
import java.util.Map;

/** What is written in files, for tests of other rooms. */
public final class Written {

  private Written() {}

  /** The documents of a YAML text. */
  public static List<? extends Fields> documents(String yaml) {
    return YamlFields.documents(yaml);
  }

  /** A policy as YAML. */
  public static String yaml(NetworkPolicy policy) {
    return PolicyYaml.text(policy);
  }

  /** The policies among objects. */
  public static PolicySet policies(List<? extends Fields> objects, Map<String, Labels> namespaces) {
    return PolicyReader.of(objects, namespaces);
  }
}
