package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicySet;
import java.util.List;
import java.util.Map;

/** Objects in files, for tests of other packages. */
public final class Written {

  private Written() {}

  /** Returns the documents of a YAML text. */
  public static List<? extends Fields> documents(String yaml) {
    return YamlFields.documents(yaml);
  }

  /** Returns a policy as YAML. */
  public static String yaml(NetworkPolicy policy) {
    return PolicyYaml.text(policy);
  }

  /** Returns the policies among objects. */
  public static PolicySet policies(List<? extends Fields> objects, Map<String, Labels> namespaces) {
    return PolicyReader.of(objects, namespaces);
  }
}
