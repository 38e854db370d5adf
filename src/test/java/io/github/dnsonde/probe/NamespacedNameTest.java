package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NamespacedNameTest {

  @Test
  void anObjectWithoutANamespaceIsItsName() {
    assertEquals("shop/web-1", new NamespacedName("shop", "web-1").toString());
    assertEquals("worker-3", new NamespacedName("", "worker-3").toString());
  }

  @Test
  void namesAreSortedAsTheirTextIs() {
    List<String> texts = List.of("a-b/x", "a/c", "a/x", "b");
    assertEquals(
        texts,
        Stream.of(
                new NamespacedName("", "b"),
                new NamespacedName("a", "x"),
                new NamespacedName("a", "c"),
                new NamespacedName("a-b", "x"))
            .sorted()
            .map(NamespacedName::toString)
            .toList());
  }
}
