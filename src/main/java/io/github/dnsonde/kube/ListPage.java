package io.github.dnsonde.kube;

import java.io.IOException;
import java.util.Optional;

/**
 * The metadata of a page of a list (Kubernetes documentation, "Retrieving large results sets in
 * chunks").
 *
 * @param version of the whole list: where a watch goes on
 * @param more the token for the page that follows
 */
record ListPage(String version, Optional<String> more) {

  static final Mask MASK = Mask.of("resourceVersion,continue");

  /** Objects of a page: a page of NetworkPolicies is then some 400 kB. */
  private static final int LIMIT = 250;

  /** Where one page comes from. */
  interface Source {
    ListPage read(Query query) throws IOException;
  }

  /**
   * Reads a list page by page, and returns the last.
   *
   * @param freshness how old the list may be; holds for the first page, the others go on from it
   */
  static ListPage last(Query query, Freshness freshness, Source source) throws IOException {
    Query first = query.listed(LIMIT);
    ListPage listPage = source.read(freshness.asked(first));
    while (listPage.more().isPresent()) {
      listPage = source.read(first.with("continue", listPage.more().get()));
    }
    return listPage;
  }
}
