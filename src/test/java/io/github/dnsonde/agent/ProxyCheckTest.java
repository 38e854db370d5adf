package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyCheckTest {

  /**
   * Each pod is a name with the addresses that answered: the routable one (R), the link-local one
   * (L).
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "nothing answers,                         self,    a b,       '',  false",
    "a mesh's proxy in one pod,               self,    a:RL b,    a,   false",
    "a proxy that leaves link-local alone,    self,    a:R b,     a,   false",
    "a proxy that takes that alone,           self,    a:L b,     a,   false",
    "a border,                                self:R,  a:R b:R,   '',  true",
    "a border and a proxy,                    self:R,  a:RL b:R,  a,   true",
    "a border and a pod that it cannot reach, self:R,  a:R b,     '',  false",
    "a border that the agent cannot reach,    self,    a:R b:R,   '',  false",
    "the same next to a proxy,                self,    a:RL b:R,  a,   false",
    "a border that also takes link-local,     self:RL, a:RL b:RL, '',  true",
    "a mesh with the agent in it,             self:RL, a:RL b,    a,   false",
    "a proxy in the only pod,                 self,    a:R,       a,   false",
    "a border on a node with one pod,         self:R,  a:R,       '',  true",
    "nothing is known of the agent's pod,     '',      a:R b,     '',  false",
    "the same with a link-local answer,       '',      a:RL b:R,  a,   false",
    "no pod,                                  self:R,  '',        '',  false"
  })
  void podsAreComparedWithTheAgentsOwn(
      String what, String self, String pods, String proxied, boolean border) {
    ProxyCheck.Result result =
        ProxyCheck.compare(
            Optional.of(self).filter(text -> !text.isEmpty()).map(ProxyCheckTest::check),
            checks(pods));
    assertEquals(
        proxied,
        result.proxied().stream().map(Vantage::namespace).sorted().collect(Collectors.joining(" ")),
        what);
    assertEquals(border, result.border(), what);
  }

  private static Map<Vantage, ProxyCheck> checks(String pods) {
    Map<Vantage, ProxyCheck> checks = new HashMap<>();
    Arrays.stream(pods.split(" ", -1))
        .filter(pod -> !pod.isEmpty())
        .forEach(pod -> checks.put(SampleOutcomes.vantage(name(pod)), check(pod)));
    return checks;
  }

  private static String name(String pod) {
    return pod.replaceFirst(":.*", "");
  }

  private static ProxyCheck check(String pod) {
    String answered = pod.substring(pod.indexOf(':') + 1);
    boolean any = pod.contains(":");
    return new ProxyCheck(any && answered.contains("R"), any && answered.contains("L"));
  }
}
