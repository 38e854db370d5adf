package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.PolicyKind;
import io.kubernetes.client.util.ClientBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Kinds of policy as an API server lists them. */
class ServedKindsTest {

  private static final PolicyKind ADMIN =
      new PolicyKind("policy.networking.k8s.io", "AdminNetworkPolicy", false);

  private final List<Exception> failures = new ArrayList<>();

  private Map<PolicyKind, Optional<String>> kinds(FakeApiServer server) throws IOException {
    server.document(
        "/apis",
        """
        {"groups": [{"name": "policy.networking.k8s.io",
           "versions": [{"groupVersion": "policy.networking.k8s.io/v1alpha2"},
             {"groupVersion": "policy.networking.k8s.io/v1alpha1"}]}]}
        """);
    return new ServedKinds(
            new ApiServer(
                new ClientBuilder().setBasePath(server.url()).build(), ObservedCluster.QUICK),
            failures::add)
        .all();
  }

  /** The versions of a new definition are listed before the server has them. */
  @Test
  void aVersionThatIsListedAndNotFoundHasNoKindsYet() throws IOException {
    try (FakeApiServer server = FakeApiServer.start(0)) {
      assertEquals(Map.of(), kinds(server));
      String path = "/apis/policy.networking.k8s.io/v1alpha1";
      server.document(
          path,
          "{\"resources\": [{\"name\": \"adminnetworkpolicies\", \"kind\":"
              + " \"AdminNetworkPolicy\"}]}");
      assertEquals(Map.of(ADMIN, Optional.of(path + "/adminnetworkpolicies")), kinds(server));
      assertEquals(List.of(), failures);
    }
  }
}
