package io.github.dnsonde.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoreTest {

  /** A store of texts whose weight is their number. */
  private final Store<String> store =
      Store.ofNamespaces(
          new Store.Limits<>(
              namespace -> Query.all("/policies").in(namespace),
              Long::parseLong,
              10_000,
              "kube-system"));

  private static Item<String> of(int weight) {
    return new Item.Read<>("" + weight);
  }

  private Set<String> keys() {
    return Set.copyOf(store.contents().objects().keySet());
  }

  private void list(String... keys) {
    Store<String>.Listing listing = store.list();
    for (String key : keys) {
      listing.put(key, of(1));
    }
    listing.done();
  }

  @Test
  void unwantedObjectsAreNotKept() {
    store.want(Set.of("a", "b"));
    list("a/1", "c/1", "b/1");
    store.put("c/2", of(1));
    store.put("b/2", of(1));
    assertEquals(Set.of("a/1", "b/1", "b/2"), keys());
    assertEquals(Set.of("a", "b"), store.contents().complete());
    store.want(Set.of("b"));
    store.trim();
    assertEquals(Set.of("b/1", "b/2"), keys());
    assertEquals(Set.of("b"), store.contents().complete());
  }

  @Test
  void aNamespaceWantedLaterIsMissingUntilItIsListed() {
    store.want(Set.of("a"));
    list("a/1", "b/1");
    assertEquals(Optional.empty(), store.missing());
    store.want(Set.of("a", "b"));
    assertTrue(store.lacksAny());
    assertEquals("/namespaces/b/policies", store.missing().orElseThrow().query().path());
    store.put("b/gone", of(1));
    Store<String>.Listing listing = store.list("b");
    listing.put("b/1", of(1));
    listing.done();
    assertFalse(store.lacksAny());
    assertEquals(Set.of("a/1", "b/1"), keys());
  }

  @Test
  void aListReplacesTheKnownObjects() {
    store.want(Set.of("a"));
    list("a/1", "a/2");
    store.contents();
    list("a/1", "a/2");
    assertFalse(store.isDirty(), "the same again");
    list("a/2", "a/3");
    assertTrue(store.isDirty());
    assertEquals(Set.of("a/2", "a/3"), keys());
  }

  /**
   * The next list may contain nothing new, and the contents of the broken list must still be seen.
   */
  @Test
  void objectsOfABrokenListAreSeenAfterTheNext() {
    store.want(Set.of("a"));
    list("a/1");
    store.contents();
    store.list().put("a/2", of(1));
    list("a/1", "a/2");
    assertTrue(store.isDirty());
  }

  @Test
  void theLargestNamespaceIsDroppedIfAllAreTooLarge() {
    store.want(Set.of("small", "large", "kube-system"));
    list("small/1", "kube-system/1");
    store.put("kube-system/2", of(6_000));
    store.put("small/2", of(500));
    store.put("large/1", of(1_000));
    store.put("large/2", of(3_000));
    assertEquals(Set.of("small/1", "small/2", "kube-system/1", "kube-system/2"), keys());
    assertEquals(Set.of("large"), store.contents().crowded());
    assertEquals(Set.of("small", "kube-system"), store.contents().complete());
    assertEquals(Optional.empty(), store.missing(), "or it would be listed again and again");
    assertFalse(store.lacksAny());
  }

  @Test
  void aDroppedNamespaceIsListedAgainAfterAChange() {
    store.want(Set.of("large"));
    list("large/1");
    store.put("large/2", of(20_000));
    assertEquals(Set.of("large"), store.contents().crowded());
    store.reconsider();
    assertEquals(Optional.empty(), store.missing());
    store.remove("large/2");
    assertEquals(Optional.empty(), store.missing(), "not at once: it may change every second");
    store.reconsider();
    assertEquals("large", store.missing().orElseThrow().namespace());
  }

  @Test
  void manyTinyObjectsAreAlsoTooLarge() {
    store.want(Set.of("a"));
    for (int i = 0; i < 100; i++) {
      store.put("a/" + i, of(0));
    }
    assertEquals(Set.of("a"), store.contents().crowded());
  }

  @Test
  void aStoreOfAllKeepsAll() {
    Store<String> all = Store.ofAll();
    Store<String>.Listing listing = all.list();
    listing.put("a/1", of(50_000));
    listing.put("x", of(50_000));
    listing.done();
    assertEquals(Set.of("a/1", "x"), all.contents().objects().keySet());
    assertFalse(all.lacksAny());
  }
}
